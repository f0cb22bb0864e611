import { Column, Entity, PrimaryColumn } from 'typeorm'

/** A named role that users can be given. `admin` is built in. */
@Entity({ name: 'roles' })
export class Role {
  @PrimaryColumn('text')
  name!: string

  @Column('text', { nullable: true })
  description!: string | null
}
