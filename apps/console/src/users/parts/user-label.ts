import type { AdminUserInfo } from '@holdfast/contract'

type Named = Pick<AdminUserInfo, 'id' | 'email' | 'phone' | 'name'>

/** What people call a user: the address, the number, the name of a service account, or the id. */
export const userLabel = ({ id, email, phone, name }: Named): string => email ?? name ?? phone ?? id
