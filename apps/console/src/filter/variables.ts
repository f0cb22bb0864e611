import { createContext } from 'react'

/** Whether a value may be a variable like `$user.id`, which no list of records offers: then related records are typed. */
export const Variables = createContext(false)
