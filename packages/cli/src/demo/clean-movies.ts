import { type Cleaning, repairMacText } from './cleaning.js'

/** A line of movies.json. */
export interface RawMovie {
  readonly Title: string | number | null
  readonly 'US Gross': number | null
  readonly 'Worldwide Gross': number | null
  readonly 'US DVD Sales': number | null
  readonly 'Production Budget': number | null
  readonly 'Release Date': string
  readonly 'MPAA Rating': string | null
  readonly 'Running Time min': number | null
  readonly Distributor: string | null
  readonly Source: string | null
  readonly 'Major Genre': string | null
  readonly 'Creative Type': string | null
  readonly Director: string | null
  readonly 'Rotten Tomatoes Rating': number | null
  readonly 'IMDB Rating': number | null
  readonly 'IMDB Votes': number | null
}

/** The body of a movie. */
export function cleanMovie(raw: RawMovie, cleaning: Cleaning): Record<string, unknown> {
  return {
    title: cleanTitle(raw, cleaning),
    releaseDate: cleanDate(raw, cleaning),
    rating: raw['MPAA Rating'],
    genre: raw['Major Genre'],
    source: raw.Source,
    creativeType: raw['Creative Type'],
    director: raw.Director,
    distributor: raw.Distributor,
    runtimeMinutes: raw['Running Time min'],
    imdbRating: raw['IMDB Rating'],
    imdbVotes: raw['IMDB Votes'],
    rottenTomatoes: raw['Rotten Tomatoes Rating'],
    usGross: raw['US Gross'],
    worldwideGross: raw['Worldwide Gross'],
    dvdSales: raw['US DVD Sales'],
    budget: raw['Production Budget'],
  }
}

function cleanTitle({ Title: title, 'Release Date': date }: RawMovie, cleaning: Cleaning): string | null {
  if (title === null) {
    cleaning.note('title missing, kept without one', `the film of ${date}`)
    return null
  }
  if (typeof title === 'number') {
    cleaning.note('titles that came as numbers', String(title))
    return String(title)
  }
  const repaired = repairMacText(title)
  if (repaired !== title) cleaning.note('titles with broken letters', `${title} → ${repaired}`)
  const spaced = repaired.trim().replace(/ {2,}/g, ' ')
  if (spaced !== repaired) cleaning.note('titles with doubled spaces', JSON.stringify(repaired))
  return spaced
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The list was made in 2010: what is dated later than 2011 lost its century. */
const lastYear = 2011

function cleanDate({ Title: title, 'Release Date': text }: RawMovie, cleaning: Cleaning): string {
  const [, month = '', day = '', year = ''] = /^(\w{3}) (\d{2}) (\d{4})$/.exec(text) ?? []
  if (!months.includes(month)) throw new Error(`${text} is not a date of movies.json`)
  const realYear = Number(year) > lastYear ? Number(year) - 100 : Number(year)
  if (realYear !== Number(year)) cleaning.note('release dates in the wrong century', `${title} ${year} → ${realYear}`)
  return `${realYear}-${String(months.indexOf(month) + 1).padStart(2, '0')}-${day}`
}
