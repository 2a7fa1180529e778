/** What the page knows of each language: its first program, its comments, its file name. */

/**
 * @typedef {object} Known
 * @property {string} title
 * @property {string} ending of its files
 * @property {string} comment what begins a comment
 * @property {string} kernel Jupyter's name of it
 * @property {string} first a program to begin with
 */

/** @type {Record<string, Known>} */
export const KNOWN = {
  python: {
    title: 'Python', ending: 'py', comment: '#', kernel: 'python3',
    first: `import csv

def heaviest(rows):
    return max(rows, key=lambda row: int(row["moons"]))

with open("planets.csv") as file:
    planets = list(csv.DictReader(file))

print(len(planets), "planets")
heaviest(planets)["name"]
`,
  },
  javascript: {
    title: 'JavaScript', ending: 'js', comment: '//', kernel: 'javascript',
    first: `const squares = [1, 2, 3].map(n => n * n)
console.table(squares.map((square, n) => ({ n, square })))
await new Promise(done => setTimeout(done, 200))
squares
`,
  },
  typescript: {
    title: 'TypeScript', ending: 'ts', comment: '//', kernel: 'typescript',
    first: `interface Planet { name: string; moons: number }

const planets: Planet[] = [{ name: 'Earth', moons: 1 }, { name: 'Mars', moons: 2 }]
planets.map(({ name, moons }: Planet) => \`\${name}: \${moons}\`)
`,
  },
  sql: {
    title: 'SQL', ending: 'sql', comment: '--', kernel: 'sqlite',
    first: `create table if not exists planets (name text primary key, moons integer);
insert or ignore into planets values ('Earth', 1), ('Mars', 2), ('Jupiter', 97);

select name, moons from planets order by moons desc;
`,
  },
  html: {
    title: 'HTML page', ending: 'html', comment: '<!--', kernel: 'html',
    first: `<style>
  button { font-size: 2rem; padding: .5em 1em; border-radius: .5em }
</style>
<button>0</button>
<script>
  const button = document.querySelector('button')
  button.addEventListener('click', () => {
    button.textContent = Number(button.textContent) + 1
    console.log('clicked', button.textContent)
  })
</script>
`,
  },
};

/** Return the language of a file's name, or ''. @type {(name: string) => string} */
export const ofFile = name => Object.keys(KNOWN).find(each => name.toLowerCase().endsWith(`.${KNOWN[each].ending}`)) ?? '';

/** Return the language of a notebook's kernel, or python. @type {(kernel: string) => string} */
export const ofKernel = kernel => Object.keys(KNOWN).find(each => KNOWN[each].kernel === kernel) ?? Object.keys(KNOWN).find(each => kernel?.startsWith(each)) ?? 'python';

/** Those whose programs open files. */
export const HAVE_FILES = ['python', 'javascript', 'typescript'];
