import type { ConditionJson, SavedView, SavedViewChange, SavedViewDefinition } from '@holdfast/contract'
import { ApiProperty, OmitType, PartialType } from '@nestjs/swagger'
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsObject,
  IsOptional,
  IsString,
  Length,
  MaxLength,
} from 'class-validator'

export class NewSavedViewRequest implements SavedViewDefinition {
  @ApiProperty({ example: 'posts' })
  @IsString()
  @MaxLength(100)
  collection!: string

  @ApiProperty({ example: 'Drafts' })
  @IsString()
  @Length(1, 100)
  name!: string

  @ApiProperty({
    required: false,
    default: false,
    description: 'Every admin sees and may change it; else its maker alone',
  })
  @IsOptional()
  @IsBoolean()
  shared?: boolean

  @ApiProperty({
    required: false,
    default: false,
    description: 'What the collection opens with: for its maker, or shared for all who have no default of their own',
  })
  @IsOptional()
  @IsBoolean()
  isDefault?: boolean

  @ApiProperty({ required: false, nullable: true, type: String })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  search?: string | null

  @ApiProperty({
    required: false,
    nullable: true,
    type: Object,
    example: { status: 'draft' },
    description: 'In the grammar of queries. It is checked when it is used: fields come and go',
  })
  @IsOptional()
  @IsObject()
  filter?: ConditionJson | null

  @ApiProperty({ required: false, nullable: true, type: String, example: '-createdAt,title' })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  sort?: string | null

  @ApiProperty({ required: false, nullable: true, type: [String], example: ['title', 'status'] })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(300)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  columns?: string[] | null

  @ApiProperty({
    required: false,
    type: Object,
    example: { title: 240 },
    description: 'Widths of columns in pixels, by field',
  })
  @IsOptional()
  @IsObject()
  widths?: { [field: string]: number }
}

/** What is left out stays as it is. */
export class SavedViewChangeRequest
  extends PartialType(OmitType(NewSavedViewRequest, ['collection']))
  implements SavedViewChange {}

export class SavedViewDetails implements SavedView {
  @ApiProperty({ format: 'uuid' })
  id!: string

  @ApiProperty({ example: 'posts' })
  collection!: string

  @ApiProperty({ example: 'Drafts' })
  name!: string

  @ApiProperty()
  shared!: boolean

  @ApiProperty()
  isDefault!: boolean

  @ApiProperty({ description: 'Made by whoever asks' })
  mine!: boolean

  @ApiProperty({ type: String, nullable: true })
  search!: string | null

  @ApiProperty({ type: Object, nullable: true })
  filter!: ConditionJson | null

  @ApiProperty({ type: String, nullable: true })
  sort!: string | null

  @ApiProperty({ type: [String], nullable: true })
  columns!: string[] | null

  @ApiProperty({ type: Object })
  widths!: { [field: string]: number }

  @ApiProperty({ format: 'date-time' })
  createdAt!: string
}
