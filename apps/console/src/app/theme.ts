import {
  type AnchorProps,
  type BadgeProps,
  type ButtonProps,
  createTheme,
  type DrawerProps,
  type MantineColorsTuple,
  type ModalProps,
  type TableProps,
  type TooltipProps,
} from '@mantine/core'

/** The colour of everything that can be acted on. Shade 7 on white and 4 on dark have a contrast above 4.5:1. */
const teal: MantineColorsTuple = [
  '#effcf9',
  '#d3f6ee',
  '#a8ecdd',
  '#74dcc8',
  '#43c4af',
  '#23a896',
  '#128175',
  '#0f766e',
  '#115e59',
  '#134e4a',
]

const dark: MantineColorsTuple = [
  '#d3d6dc',
  '#b0b5bf',
  '#9298a5',
  '#646b79',
  '#3a404b',
  '#2a2f38',
  '#1f242c',
  '#16191f',
  '#101318',
  '#0b0d11',
]

const warmText = 'light-dark(#7c3a00, #ffd43b)'

export const theme = createTheme({
  colors: { teal, dark },
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  respectReducedMotion: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.375rem' }, h2: { fontSize: '1.0625rem' }, h3: { fontSize: '0.9375rem' } },
  },
  // By name and not by `extend`, which would load all of them with the first page.
  components: {
    InputWrapper: {
      vars: () => ({
        label: {},
        description: { '--input-description-size': 'var(--mantine-font-size-xs)' },
        error: { '--input-error-size': 'var(--mantine-font-size-xs)' },
        success: {},
      }),
    },
    Anchor: { defaultProps: { underline: 'hover' } satisfies AnchorProps },
    Badge: {
      defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 500 } satisfies BadgeProps,
      // The darkest shades of these two have too little contrast on their lightest.
      vars: (_: unknown, { color = '', variant = 'light' }: BadgeProps) => ({
        root: /^(yellow|orange)$/.test(color) && variant === 'light' ? { '--badge-color': warmText } : {},
      }),
    },
    Button: { defaultProps: { size: 'sm' } satisfies ButtonProps },
    CloseButton: { defaultProps: { 'aria-label': 'Close' } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 } } satisfies Partial<ModalProps> },
    Drawer: {
      defaultProps: { position: 'right', overlayProps: { backgroundOpacity: 0.3 } } satisfies Partial<DrawerProps>,
    },
    Table: { defaultProps: { verticalSpacing: 'xs' } satisfies TableProps },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } satisfies Partial<TooltipProps> },
  },
})
