import { Column, Entity, PrimaryColumn } from 'typeorm'

/** One place a user is signed in at. Over when `revokedAt` is set or `expiresAt` has passed. */
@Entity({ name: 'sessions' })
export class Session {
  @PrimaryColumn('uuid')
  id!: string

  @Column('uuid', { name: 'user_id' })
  userId!: string

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date

  @Column('timestamptz', { name: 'last_used_at' })
  lastUsedAt!: Date

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null

  @Column('text', { name: 'user_agent', nullable: true })
  userAgent!: string | null

  @Column('text')
  address!: string
}
