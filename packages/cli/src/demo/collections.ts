import type { CollectionDefinition } from '@holdfast/contract'

const usDollars = { type: 'integer', min: 0 } as const

/** What everybody may read of a movie. */
const openMovieFields = [
  ...['createdAt', 'updatedAt', 'version', 'title', 'releaseDate', 'rating', 'genre', 'source', 'creativeType'],
  ...['director', 'distributor', 'runtimeMinutes', 'imdbRating', 'imdbVotes', 'rottenTomatoes', 'usGross'],
]

/** The demo: two collections of facts, one with secrets, one with drafts, and one that belongs to its users. */
export const demoCollections: readonly CollectionDefinition[] = [
  {
    name: 'airports',
    description: 'Airports of the United States.',
    fields: [
      {
        name: 'code',
        type: 'text',
        required: true,
        unique: true,
        pattern: '[A-Z0-9]{3,4}',
        description: 'IATA or FAA code.',
      },
      { name: 'name', type: 'text', required: true, index: true, searchable: 'A' },
      { name: 'city', type: 'text', index: true, searchable: 'B' },
      { name: 'state', type: 'text', maxLength: 2, index: true, description: 'Two letters.' },
      { name: 'country', type: 'text', required: true },
      { name: 'position', type: 'geopoint', required: true, index: true },
    ],
    rules: [{ role: 'public', action: 'read' }],
  },
  {
    name: 'routes',
    description: 'How often one flew from one airport to another in 2008.',
    fields: [
      { name: 'origin', type: 'relation', collection: 'airports', required: true, inverse: 'routesOut' },
      { name: 'destination', type: 'relation', collection: 'airports', required: true, inverse: 'routesIn' },
      { name: 'flights', type: 'integer', required: true, min: 1, index: true },
    ],
    indexes: [{ fields: ['origin', 'destination'], unique: true }],
    rules: [{ role: 'public', action: 'read' }],
  },
  {
    name: 'flights',
    description: 'Single flights of the first quarter of 2001. Only for users.',
    fields: [
      { name: 'origin', type: 'relation', collection: 'airports', required: true, inverse: 'departures' },
      { name: 'destination', type: 'relation', collection: 'airports', required: true, inverse: 'arrivals' },
      {
        name: 'departsAt',
        type: 'datetime',
        required: true,
        index: true,
        description: 'Local time of the airport, written as UTC.',
      },
      { name: 'delayMinutes', type: 'integer', required: true, description: 'Negative: early.' },
      { name: 'distanceMiles', type: 'integer', required: true, min: 1 },
      { name: 'late', type: 'computed', expression: 'delayMinutes > 15', returns: 'boolean' },
    ],
    indexes: [{ fields: ['origin', '-delayMinutes'] }],
    rules: [{ role: 'user', action: 'read' }],
  },
  {
    name: 'movies',
    language: 'english',
    description: 'Films and what they earned. Everybody sees rated ones; what they cost is a secret for ten years.',
    fields: [
      { name: 'title', type: 'text', index: true, searchable: 'A' },
      { name: 'releaseDate', type: 'date', required: true, index: true },
      { name: 'rating', type: 'select', index: true, options: ['G', 'PG', 'PG-13', 'R', 'NC-17', 'Not Rated', 'Open'] },
      {
        name: 'genre',
        type: 'select',
        index: true,
        options: [
          ...['Action', 'Adventure', 'Black Comedy', 'Comedy', 'Concert/Performance', 'Documentary', 'Drama', 'Horror'],
          ...['Musical', 'Romantic Comedy', 'Thriller/Suspense', 'Western'],
        ],
      },
      { name: 'source', type: 'text', description: 'What the screenplay was made from.' },
      { name: 'creativeType', type: 'text' },
      { name: 'director', type: 'text', index: true, searchable: 'C' },
      { name: 'distributor', type: 'text' },
      { name: 'runtimeMinutes', type: 'integer', min: 1 },
      { name: 'imdbRating', type: 'number', min: 0, max: 10, index: true },
      { name: 'imdbVotes', type: 'integer', min: 0 },
      { name: 'rottenTomatoes', type: 'integer', min: 0, max: 100 },
      { name: 'usGross', ...usDollars, description: 'US dollars.' },
      { name: 'worldwideGross', ...usDollars, description: 'US dollars.' },
      { name: 'dvdSales', ...usDollars, description: 'US dollars, in the USA.' },
      { name: 'budget', ...usDollars, description: 'US dollars.' },
      {
        name: 'profit',
        type: 'computed',
        expression: 'worldwideGross - budget',
        returns: 'integer',
        description: 'US dollars.',
      },
    ],
    indexes: [{ fields: ['rating', '-imdbRating'] }],
    rules: [
      {
        role: 'public',
        action: 'read',
        conditions: { rating: { $in: ['G', 'PG', 'PG-13', 'R', 'NC-17'] } },
        fields: openMovieFields,
        description: 'Rated films, without what they cost.',
      },
      { role: 'user', action: 'read', fields: [...openMovieFields, 'worldwideGross', 'dvdSales'] },
      {
        role: 'user',
        action: 'read',
        conditions: { releaseDate: { $lt: '2000-01-01' } },
        description: 'Of old films, everything.',
      },
    ],
  },
  {
    name: 'watchlist',
    description: 'What users want to see. Everybody sees only the own list.',
    fields: [
      {
        name: 'movie',
        type: 'relation',
        collection: 'movies',
        required: true,
        onDelete: 'cascade',
        inverse: 'watchers',
      },
      {
        name: 'owner',
        type: 'relation',
        collection: 'users',
        required: true,
        onDelete: 'cascade',
        inverse: 'watchlist',
      },
      { name: 'note', type: 'text', maxLength: 200 },
      { name: 'seen', type: 'boolean', required: true, default: false },
    ],
    indexes: [{ fields: ['owner', 'movie'], unique: true }],
    rules: [
      { role: 'user', action: ['read', 'delete'], conditions: { owner: '$user.id' } },
      { role: 'user', action: 'create', fields: ['movie', 'note', 'seen'], preset: { owner: '$user.id' } },
      { role: 'user', action: 'update', conditions: { owner: '$user.id' }, fields: ['movie', 'note', 'seen'] },
    ],
  },
  {
    name: 'earthquakes',
    description: 'A week of earthquakes. Everybody sees what somebody has reviewed, users also what machines report.',
    fields: [
      { name: 'code', type: 'text', required: true, unique: true, description: 'Name at the U.S. Geological Survey.' },
      { name: 'place', type: 'text', required: true },
      { name: 'at', type: 'datetime', required: true, index: true },
      { name: 'magnitude', type: 'number', required: true, min: -2, max: 10, index: true },
      {
        name: 'magnitudeScale',
        type: 'select',
        required: true,
        options: ['mb', 'mb_lg', 'md', 'ml', 'mw', 'mwr', 'mww'],
      },
      { name: 'kind', type: 'select', required: true, options: ['earthquake', 'explosion', 'quarry blast'] },
      { name: 'status', type: 'select', required: true, options: ['automatic', 'reviewed'] },
      { name: 'position', type: 'geopoint', required: true, index: true },
      { name: 'depthKm', type: 'number', required: true },
      { name: 'tsunami', type: 'boolean', required: true },
      { name: 'felt', type: 'integer', min: 0, description: 'How many people reported that they felt it.' },
      { name: 'significance', type: 'integer', required: true, min: 0, max: 1000 },
      { name: 'alert', type: 'select', options: ['green', 'yellow', 'orange', 'red'] },
      { name: 'network', type: 'text', required: true },
      { name: 'products', type: 'tags', index: true, description: 'What has been computed for it.' },
      { name: 'url', type: 'url', required: true },
    ],
    indexes: [{ fields: ['status', '-at'] }],
    rules: [
      { role: 'public', action: 'read', conditions: { status: 'reviewed' } },
      { role: 'user', action: 'read' },
    ],
  },
]
