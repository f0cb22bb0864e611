import type { FieldOperator } from '@holdfast/contract'

const set = (...operators: FieldOperator[]): ReadonlySet<FieldOperator> => new Set(operators)

/** Is it the same? */
export const equality = set('$eq', '$ne', '$in', '$nin', '$null')

/** Which comes first? */
export const ordering = set(...equality, '$gt', '$gte', '$lt', '$lte', '$between')

/** What is in the text? */
export const textual = set(...ordering, '$like', '$ilike', '$contains', '$startsWith', '$endsWith')

/** What is in the list? */
export const listing = set('$has', '$hasAny', '$hasAll', '$null')

/** How near does the vector lie? */
export const nearness = set('$nearest', '$null')

const presence = set('$null')

/** Where is it? */
export const spatial = set(...presence, '$near', '$within')

/** Which records does it point at? */
export const related = set('$some', '$none', '$every')
