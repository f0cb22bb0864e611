import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import { ActionIcon, Autocomplete, NativeSelect } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { followPath, suggestPaths } from './field-paths'
import classes from './filter-builder.module.css'
import type { RuleNode } from './filter-tree'
import { type OperatorChoice, operandShape, operatorName, operatorsOf } from './operators'
import { ValueInput } from './value-input'

interface FilterRuleProps {
  readonly rule: RuleNode
  readonly fields: readonly FieldDefinition[]
  readonly collections: readonly CollectionDefinition[]
  readonly autoFocus?: boolean
  onChange(rule: RuleNode): void
  onRemove(): void
}

/** One comparison: field, operator, value. */
export function FilterRule({ rule, fields, collections, autoFocus, onChange, onRemove }: FilterRuleProps) {
  const { path, operator, value } = rule
  const end = followPath(path, fields, collections)
  const operators = end ? operatorsOf(end.field) : []
  const changePath = (next: string) => onChange(withPath(rule, next, fields, collections))
  return (
    <div className={classes.rule}>
      <Autocomplete
        className={classes.path!}
        size="sm"
        aria-label="Field"
        placeholder="Field"
        value={path}
        onChange={changePath}
        data={[...new Set(suggestPaths(path, fields, collections))]}
        limit={60}
        maxDropdownHeight={260}
        error={path !== '' && !end ? 'No such field' : undefined}
        autoFocus={autoFocus === true}
        comboboxProps={{ withinPortal: true }}
      />
      <NativeSelect
        className={classes.operator!}
        size="sm"
        aria-label="Operator"
        value={operator}
        disabled={!end}
        onChange={(event) => onChange(withOperator(rule, event.currentTarget.value as OperatorChoice))}
        data={(operators.includes(operator) || !end ? operators : [operator, ...operators]).map((choice) => ({
          value: choice,
          label: operatorName(choice, end!.field),
        }))}
      />
      <div className={classes.value}>
        {end && (
          <ValueInput
            field={end.field}
            insideJson={end.insideJson}
            operator={operator}
            value={value}
            onChange={(next) => onChange({ ...rule, value: next })}
          />
        )}
      </div>
      <ActionIcon variant="subtle" color="gray" size={36} onClick={onRemove} aria-label="Remove condition">
        <IconTrash size={15} />
      </ActionIcon>
    </div>
  )
}

/** Another field: the operator and the value stay where they still fit. */
function withPath(
  rule: RuleNode,
  path: string,
  fields: readonly FieldDefinition[],
  collections: readonly CollectionDefinition[],
): RuleNode {
  const before = followPath(rule.path, fields, collections)?.field
  const after = followPath(path, fields, collections)?.field
  if (!after || (before && before.type === after.type && before.collection === after.collection))
    return { ...rule, path }
  return { ...rule, path, operator: operatorsOf(after)[0]!, value: undefined }
}

function withOperator(rule: RuleNode, operator: OperatorChoice): RuleNode {
  const before = operandShape(rule.operator)
  const after = operandShape(operator)
  const fits = before === after || (isOne(before) && isOne(after))
  if (fits) return { ...rule, operator }
  const { value } = rule
  if (isOne(before) && (after === 'list' || after === 'pair') && value !== undefined)
    return { ...rule, operator, value: [value] }
  return { ...rule, operator, value: undefined }
}

const isOne = (shape: string): boolean => shape === 'one' || shape === 'text'
