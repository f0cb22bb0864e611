import type { ErrorItem } from '@holdfast/contract'
import { type ArgumentMetadata, type ValidationError, ValidationPipe } from '@nestjs/common'
import { AppError } from '../../lib/index.js'

/**
 * Checks the bodies of system routes against their DTO classes. Record bodies have none: the field types check those.
 * What a DTO does not name is refused, and nothing is converted: a text is never read as a number.
 */
export class BodyValidation extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: true,
      transform: true,
      validationError: { target: false },
      exceptionFactory: toAppError,
    })
  }

  /** class-validator would take a list for an object whose fields are numbers. */
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (Array.isArray(value) && this.toValidate(metadata)) throw notAnObject()
    return super.transform(value, metadata)
  }
}

const notAnObject = () => new AppError('invalid_body', 'The body must be a JSON object')

function toAppError(errors: ValidationError[]): AppError {
  const items = errors.flatMap((error) => toItems(error, ''))
  const unknown = items.filter((item) => item.code === 'unknown_field')
  if (items.length === 0) return notAnObject()
  if (unknown.length > 0) return new AppError('unknown_field', unknown[0]!.message, { errors: unknown })
  const detail = items.length === 1 ? items[0]!.message : `${items.length} fields are invalid`
  return new AppError('validation_failed', detail, { errors: items })
}

function toItems(error: ValidationError, parent: string): ErrorItem[] {
  const path = parent === '' ? error.property : `${parent}.${error.property}`
  const faults = Object.entries(error.constraints ?? {})
  // Of what is not there class-validator says that it is too long, or whatever it was asked to look at first.
  const own =
    error.value === undefined && faults.length > 0
      ? [{ path, code: 'required', message: `${path} is required` }]
      : faults.map(([constraint, message]) => toItem(path, constraint, message))
  return [...own, ...(error.children ?? []).flatMap((child) => toItems(child, path))]
}

/** class-validator's names of what may be wrong, in ours. */
const codes: Readonly<Record<string, string>> = {
  isDefined: 'required',
  isNotEmpty: 'required',
  minLength: 'too_short',
  maxLength: 'too_long',
  min: 'too_small',
  max: 'too_large',
  arrayMinSize: 'too_few',
  arrayMaxSize: 'too_many',
  isIn: 'not_allowed',
  isEnum: 'not_allowed',
}

function toItem(path: string, constraint: string, message: string): ErrorItem {
  if (constraint === 'whitelistValidation') return { path, code: 'unknown_field', message: `There is no field ${path}` }
  const name = path.split('.').at(-1)!
  const words = message.startsWith(name) ? path + message.slice(name.length) : message
  return { path, code: codes[constraint] ?? 'invalid', message: words }
}
