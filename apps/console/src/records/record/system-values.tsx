import { Copy } from '../../ui/code'
import { TimeAgo } from '../../ui/time-ago'
import { Person } from './person'
import classes from './record.module.css'
import type { StoredRecord } from './record-values'

/** What the server keeps of every record by itself. */
export const SystemValues = ({ record }: { readonly record: StoredRecord }) => (
  <dl className={classes.system} aria-label="Kept by the server">
    <dt>id</dt>
    <dd>
      <span className={classes.id}>{record.id}</span>
      <Copy text={record.id} />
    </dd>
    {record.createdAt && (
      <>
        <dt>createdAt</dt>
        <dd>
          <TimeAgo at={record.createdAt} />
        </dd>
      </>
    )}
    {record.updatedAt && (
      <>
        <dt>updatedAt</dt>
        <dd>
          <TimeAgo at={record.updatedAt} />
        </dd>
      </>
    )}
    {record.createdBy !== undefined && (
      <>
        <dt>createdBy</dt>
        <dd>
          <Person id={record.createdBy} />
        </dd>
      </>
    )}
    {record.version !== undefined && (
      <>
        <dt>version</dt>
        <dd>{record.version}</dd>
      </>
    )}
  </dl>
)
