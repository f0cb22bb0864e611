import { type ConsoleClient, client } from './client'

/** By whom records are read and written in the grid and in forms: the admin, unless the console looks as somebody else. */
export const useDataClient = (): Pick<ConsoleClient, 'collection' | 'batch' | 'can' | 'permissions' | 'send'> => client
