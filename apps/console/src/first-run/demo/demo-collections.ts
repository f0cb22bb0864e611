import type { CollectionDefinition } from '@holdfast/contract'

const manager = '0190a5c4-7e1b-7c3d-8f2a-5b6c7d8e9f01'
const other = '0190a5c4-7e1b-7c3d-8f2a-5b6c7d8e9f02'
const houston = { iata: 'IAH', name: 'George Bush Intercontinental', city: 'Houston', state: 'TX', country: 'USA' }

export const editor = { name: 'editor', description: 'Corrects the airports they manage' }

/** Facts for everybody, a field that only users see, rows that only users see, and a role that changes what is its own. */
export const demoCollections: readonly CollectionDefinition[] = [
  {
    name: 'airports',
    description: 'Demo: airports of the United States.',
    language: 'english',
    history: { days: 30 },
    trash: { days: 30 },
    fields: [
      {
        name: 'iata',
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
      { name: 'location', type: 'geopoint', required: true, index: true },
      {
        name: 'manager',
        type: 'relation',
        collection: 'users',
        inverse: 'managedAirports',
        description: 'Who may correct it, with the role editor. Only users see it.',
      },
    ],
    rules: [
      {
        role: 'public',
        action: 'read',
        fields: ['createdAt', 'updatedAt', 'version', 'iata', 'name', 'city', 'state', 'country', 'location'],
        description: 'Everybody sees airports, but not who manages them.',
        tests: [
          {
            description: 'Visitors do not see the manager',
            as: 'public',
            record: { ...houston, manager },
            expect: 'allowed',
            fields: ['manager'],
          },
        ],
      },
      { role: 'user', action: 'read', description: 'Users see everything.' },
      {
        role: 'editor',
        action: 'update',
        conditions: { manager: '$user.id' },
        fields: ['name', 'city', 'location'],
        description: 'Editors correct the airports they manage.',
        tests: [
          {
            description: 'An editor corrects their own airport',
            as: { id: manager, roles: ['editor'] },
            record: { ...houston, manager },
            expect: 'allowed',
            fields: ['name'],
          },
          {
            description: 'An editor leaves the airports of others alone',
            as: { id: other, roles: ['editor'] },
            record: { ...houston, manager },
            expect: 'denied',
            fields: ['name'],
          },
        ],
      },
    ],
  },
  {
    name: 'routes',
    description: 'Demo: how often one flew from one airport to another in 2008.',
    fields: [
      {
        name: 'origin',
        type: 'relation',
        collection: 'airports',
        required: true,
        onDelete: 'cascade',
        inverse: 'routesOut',
      },
      {
        name: 'destination',
        type: 'relation',
        collection: 'airports',
        required: true,
        onDelete: 'cascade',
        inverse: 'routesIn',
      },
      { name: 'flights', type: 'integer', required: true, min: 1, index: true },
    ],
    indexes: [{ fields: ['origin', 'destination'], unique: true }, { fields: ['origin', '-flights'] }],
    rules: [
      {
        role: 'public',
        action: 'read',
        conditions: { flights: { $gte: 12 } },
        description: 'Everybody sees routes that were flown at least monthly.',
        tests: [
          { description: 'A monthly route is public', as: 'public', record: { flights: 12 }, expect: 'allowed' },
          { description: 'A rare one is not', as: 'public', record: { flights: 11 }, expect: 'denied' },
        ],
      },
      { role: 'user', action: 'read', description: 'Users see every route.' },
    ],
  },
]

/** Whether a collection is one of the demo, as far as nobody has described it otherwise. */
export const isOfDemo = ({ name, description }: CollectionDefinition): boolean =>
  demoCollections.some((demo) => demo.name === name && demo.description === description)
