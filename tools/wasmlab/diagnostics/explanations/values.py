"""Values, types and calls that do not fit together."""

from __future__ import annotations

from wasmlab.diagnostics.explanation import Explanation

VALUES = (
    Explanation(
        "too-few-arguments",
        r"too few arguments to function call",
        "The call gives the function fewer values than it takes.",
        "give it all of them; the function's declaration lists what it takes",
    ),
    Explanation(
        "too-many-arguments",
        r"too many arguments to function call",
        "The call gives the function more values than it takes.",
        "remove what is too much; the function's declaration lists what it takes",
    ),
    Explanation(
        "not-a-function",
        r"called object type '(?P<type>[^']+)' is not a function",
        "What stands before the ( is {type}, not a function.",
        "write * to multiply, or use another name: a variable may hide the function",
    ),
    Explanation(
        "not-an-array",
        r"subscripted value is not an array",
        "What stands before the [ is one value, not an array.",
        "declare it as an array or a pointer, or remove the [ ]",
    ),
    Explanation(
        "pointer-from-number",
        r"incompatible integer to pointer conversion",
        "A number is given where a pointer is wanted.",
        "write & before a variable to pass its address",
    ),
    Explanation(
        "number-from-pointer",
        r"incompatible pointer to integer conversion",
        "A pointer or a text is given where a number is wanted.",
        "write * before a pointer to get its value; one character stands in single quotes",
    ),
    Explanation(
        "other-pointer",
        r"incompatible(?: function)? pointer types",
        "The pointer points at another type than the one that is wanted.",
        "use the same type on both sides",
    ),
    Explanation(
        "other-type",
        r"(?:incompatible type|invalid operands to binary expression)",
        "These two types do not go together.",
        "use the same type on both sides, or a member of the struct",
    ),
    Explanation(
        "const-assigned",
        r"cannot assign to .*const-qualified|read-only variable is not assignable",
        "The variable is const: its value is fixed.",
        "remove const, or use another variable",
    ),
    Explanation(
        "not-assignable",
        r"expression is not assignable|array type '[^']+' is not assignable",
        "The left side of = is nothing that can hold a value.",
        "write == to compare; copy an array element by element",
    ),
    Explanation(
        "assignment-as-condition",
        r"using the result of an assignment as a condition",
        "One = stores a value; comparing needs two.",
        "write == to compare",
    ),
    Explanation(
        "result-unused",
        r"(?:comparison|expression) result unused",
        "This line computes something and throws it away.",
        "write = to store it, or remove the line",
    ),
    Explanation(
        "string-compared",
        r"result of comparison against a string literal",
        "== compares where the texts stand in memory, not their letters.",
        "compare with strcmp, or letter by letter",
    ),
    Explanation(
        "unused-variable",
        r"unused variable '(?P<word>\w+)'|variable '(?P<set>\w+)' set but not used",
        "The variable '{word}{set}' is never read.",
        "use it or remove it; look for a misspelled name",
    ),
    Explanation(
        "uninitialized",
        r"variable '(?P<word>\w+)' is (?:used )?uninitialized",
        "{word!r} is read before it has a value: it holds whatever was in memory.",
        "give it a value where it is declared",
    ),
    Explanation(
        "return-missing",
        r"non-void function does not return a value|non-void function '\w+' should return a value",
        "The function promises a result and comes to its end without one.",
        "return a value on every way through it, or make it void",
    ),
    Explanation(
        "return-from-void",
        r"void function '(?P<word>\w+)' should not return a value",
        "{word!r} is void: it gives no result.",
        "write its result's type in place of void",
    ),
    Explanation(
        "main-returns-int",
        r"'main' must return 'int'|return type of 'main' is not 'int'",
        "main gives the program's exit code.",
        "write int main(void)",
    ),
    Explanation(
        "parameter-type-missing",
        r"parameter '(?P<word>\w+)' was not declared, default",
        "The parameter {word!r} has no type: each parameter is written with its own.",
        "write the type in front of it, for example int {word}",
    ),
    Explanation(
        "type-missing",
        r"type specifier missing|type specifier is required",
        "Every variable and function is declared with its type.",
        "write the type in front, for example int",
    ),
    Explanation(
        "redefinition",
        r"redefinition of '(?P<word>\w+)'",
        "{word!r} is defined a second time.",
        "remove one of the two, or give it another name",
    ),
    Explanation(
        "conflicting-types",
        r"conflicting types for '(?P<word>\w+)'",
        "{word!r} was declared with other types before.",
        "make declaration and definition the same; a call above the declaration counts as one",
    ),
    Explanation(
        "void-variable",
        r"(?:variable|field) has incomplete type 'void'",
        "void means no value, so no variable can have it; a function needs its parentheses.",
        "finish the line: void name(int x); declares a function, int name; a variable",
    ),
    Explanation(
        "incomplete-type",
        r"incomplete (?:result |definition of )?type '(?P<type>[^']+)'",
        "The compiler does not know what is in {type}.",
        "define it above this line",
    ),
    Explanation(
        "array-too-short",
        r"array index -?\d+ is (?:past the end|before the beginning) of the array|excess elements",
        "The array has no such element: the first has index 0, the last its length minus 1.",
        "make the array longer or the index smaller",
    ),
    Explanation(
        "division-by-zero",
        r"(?:division|remainder) by zero is undefined",
        "Nothing can be divided by zero; at run time this stops the program.",
        "look at the value behind the / or %",
    ),
    Explanation(
        "number-too-large",
        r"overflow in expression; result|implicit conversion .* changes value|integer literal is too large",
        "The number does not fit into its type.",
        "use a wider type (unsigned, long long), or a smaller number",
    ),
    Explanation(
        "shift-too-far",
        r"shift count (?:>= width of type|is negative)",
        "A value can only be shifted by less than its number of bits.",
        "an int has 32 bits: shift by 0 to 31",
    ),
    Explanation(
        "address-of-local",
        r"address of stack memory associated with",
        "The variable ends with the function, so its address points at nothing afterwards.",
        "return the value itself, or use memory that stays: static, or an array of the caller",
    ),
    Explanation(
        "format-type",
        r"format specifies type '(?P<wanted>[^']+)' but the argument has type '(?P<given>[^']+)'",
        "The text asks printf for {wanted} and is given {given}.",
        "%d prints an int, %f a double, %s a text, %c a character, %p a pointer",
    ),
    Explanation(
        "format-arguments",
        r"more '%' conversions than data arguments|data argument not used by format string",
        "The number of % in the text is not the number of values behind it.",
        "give one value for each %",
    ),
)
