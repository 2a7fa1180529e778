/** Programs to begin with; each shows something else of the worker. */

export const EXAMPLES = [
  {
    name: 'Print and a last value',
    code: `import sys
print("Hello from Python", sys.version.split()[0])
for n in range(3):
    print(n, "squared is", n * n)
sum(range(10))`,
  },
  {
    name: 'Ask for a name',
    code: `name = input("What is your name? ")
print("Hello", name)`,
  },
  {
    name: 'An endless loop, to be stopped',
    code: `n = 0
while True:  # press Stop: the page is alive all the time
    n += 1`,
  },
  {
    name: 'What it left behind',
    code: `print("The names of earlier runs stay, until Reset.")
n`,
  },
  {
    name: 'A slow program',
    code: `import time
for n in range(5, 0, -1):
    print(n)
    time.sleep(0.5)
print("Lift-off")`,
  },
  {
    name: 'A drawing',
    code: `import math

class Spiral:
    def _repr_svg_(self):
        points = " ".join(
            f"{100 + t * math.cos(t / 6):.1f},{100 + t * math.sin(t / 6):.1f}" for t in range(95)
        )
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200">'
            f'<polyline points="{points}" fill="none" stroke="#2f7fd1" stroke-width="4"/></svg>'
        )

Spiral()`,
  },
  {
    name: 'A mistake',
    code: `prices = {"tea": 2, "coffee": 3}

def total(order):
    return sum(prices[item] for item in order)

total(["tea", "cake"])`,
  },
];
