import { ActionIcon, Tooltip } from '@mantine/core'
import { IconArrowsMaximize, IconLayoutGrid, IconMinus, IconPlus } from '@tabler/icons-react'
import { Panel, useReactFlow } from '@xyflow/react'
import classes from './diagram.module.css'

/** Nearer, farther, all of it, and laid out anew. */
export function DiagramControls({ onFit, onArrange }: { onFit(): void; onArrange(): void }) {
  const flow = useReactFlow()
  const controls = [
    { label: 'Zoom in', icon: IconPlus, run: () => void flow.zoomIn() },
    { label: 'Zoom out', icon: IconMinus, run: () => void flow.zoomOut() },
    { label: 'Fit everything', icon: IconArrowsMaximize, run: onFit },
    { label: 'Lay out anew', icon: IconLayoutGrid, run: onArrange },
  ]
  return (
    <Panel position="bottom-right" className={classes.controls!}>
      {controls.map(({ label, icon: Icon, run }) => (
        <Tooltip key={label} label={label} position="left">
          <ActionIcon variant="default" size="lg" onClick={run} aria-label={label}>
            <Icon size={16} />
          </ActionIcon>
        </Tooltip>
      ))}
    </Panel>
  )
}
