import { ApiProperty } from '@nestjs/swagger'
import { Column, Entity, PrimaryColumn } from 'typeorm'

/** A named role that users can be given. `admin` is built in. */
@Entity({ name: 'roles' })
export class Role {
  @ApiProperty({ example: 'editor' })
  @PrimaryColumn('text')
  name!: string

  @ApiProperty({ type: String, nullable: true })
  @Column('text', { nullable: true })
  description!: string | null

  @ApiProperty({ description: 'Whoever has the role must have a second factor' })
  @Column('boolean', { name: 'second_factor' })
  secondFactor!: boolean
}
