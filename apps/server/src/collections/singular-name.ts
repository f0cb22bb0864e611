const irregular: Readonly<Record<string, string>> = {
  people: 'person',
  children: 'child',
  men: 'man',
  women: 'woman',
  mice: 'mouse',
  geese: 'goose',
  feet: 'foot',
  teeth: 'tooth',
  analyses: 'analysis',
  crises: 'crisis',
  indices: 'index',
  vertices: 'vertex',
  criteria: 'criterion',
  movies: 'movie',
  cookies: 'cookie',
  calories: 'calorie',
  selfies: 'selfie',
  zombies: 'zombie',
  ties: 'tie',
  caches: 'cache',
  quizzes: 'quiz',
  shoes: 'shoe',
  wolves: 'wolf',
  shelves: 'shelf',
  halves: 'half',
  leaves: 'leaf',
  news: 'news',
  series: 'series',
  species: 'species',
}

const endings: readonly (readonly [RegExp, string])[] = [
  [/(ss|us|is)$/, '$1'],
  [/ies$/, 'y'],
  [/(ss|x|ch|sh)es$/, '$1'],
  [/(stat|camp|vir|bon|foc|^b)uses$/, '$1us'],
  [/oes$/, 'o'],
  [/(?<=..)s$/, ''],
]

/** The English singular of a collection's name, as far as rules tell: `blogPosts` → `blogPost`. */
export function singularName(name: string): string {
  const [, head = '', word = name] = /^(.*?)([A-Z]?[a-z]+)$/.exec(name) ?? []
  const known = irregular[word.toLowerCase()]
  if (known) return head + (word[0] === word[0]?.toUpperCase() ? capitalize(known) : known)
  const [ending, replacement] = endings.find(([pattern]) => pattern.test(word)) ?? [/$/, '']
  return head + word.replace(ending, replacement)
}

const capitalize = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
