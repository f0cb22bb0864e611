import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

/** Browsers cannot make elements of any height: beyond this the scrollbar stands for more than it is long. */
const maxBodyHeight = 8_000_000
/** A step larger than so many windows is a dragged scrollbar, unless a finger does it. */
const dragged = 2
/** What a wheel means that counts in lines. */
const lineHeight = 34
const settleMs = 160

interface Viewport {
  /** Of the first row that is seen, in a body of full height. */
  readonly top: number
  readonly left: number
  readonly height: number
  readonly width: number
}

export interface VirtualRows extends Viewport {
  readonly bodyHeight: number
  /** Full height minus where the browser believes to be: what rows are moved up by. */
  readonly offset: number
  onScroll(): void
  /** Brings a place of the full body to the top of the window. */
  scrollTo(top: number): void
}

/**
 * Which part of a body of any height is seen. Up to a limit the browser's scrollbar is exact; beyond it, wheel, fingers and keys
 * still move by true pixels, dragging goes by proportion, and the scrollbar is put right whenever it rests.
 */
export function useVirtualRows(
  scroller: RefObject<HTMLDivElement | null>,
  fullHeight: number,
  headHeight: number,
): VirtualRows {
  const place = useRef({ offset: 0, scrollTop: 0 })
  const isTouched = useRef(false)
  const pending = useRef(0)
  const frame = useRef<number>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [viewport, setViewport] = useState<Viewport>({ top: 0, left: 0, height: 600, width: 1_000 })
  const bodyHeight = Math.min(fullHeight, maxBodyHeight)

  const read = useCallback(
    (rebaseTo?: number) => {
      const element = scroller.current
      if (!element) return
      const height = element.clientHeight - headHeight
      const most = Math.max(0, fullHeight - height)
      const scrollable = Math.max(0, bodyHeight - height)
      const isScaled = fullHeight > bodyHeight
      const jumpTo = (wanted: number): number => {
        const top = Math.min(Math.max(0, wanted), most)
        element.scrollTop = isScaled ? (top / most) * scrollable : top
        place.current = { offset: isScaled ? top - element.scrollTop : 0, scrollTop: element.scrollTop }
        return top
      }
      const { scrollTop } = element
      const moved = Math.abs(scrollTop - place.current.scrollTop)
      let top: number
      if (rebaseTo !== undefined) top = jumpTo(rebaseTo)
      else if (!isScaled) {
        place.current = { offset: 0, scrollTop }
        top = Math.min(scrollTop, most)
      } else if (moved > dragged * height && !isTouched.current) {
        top = (scrollTop / scrollable) * most
        place.current = { offset: top - scrollTop, scrollTop }
      } else {
        top = Math.min(Math.max(0, scrollTop + place.current.offset), most)
        place.current = { offset: top - scrollTop, scrollTop }
        const isStuck = (scrollTop <= 0 && top > 0) || (scrollTop >= scrollable - 1 && top < most - 1)
        if (isStuck) top = jumpTo(top)
      }
      const next = { top, left: element.scrollLeft, height, width: element.clientWidth }
      setViewport((old) =>
        old.top === next.top && old.left === next.left && old.height === next.height && old.width === next.width
          ? old
          : next,
      )
    },
    [scroller, fullHeight, bodyHeight, headHeight],
  )
  const latest = useRef({ read, top: viewport.top, isScaled: fullHeight > bodyHeight })
  latest.current = { read, top: viewport.top, isScaled: fullHeight > bodyHeight }

  /** Puts the scrollbar right; where it was dragged and the event is yet to come, what was dragged to counts. */
  const keepPlace = useCallback(() => {
    const isHeard = scroller.current?.scrollTop === place.current.scrollTop
    latest.current.read(isHeard ? latest.current.top : undefined)
  }, [scroller])

  // The list became longer or shorter: what is seen stays.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a change of the height moves anything
  useLayoutEffect(() => keepPlace(), [fullHeight])
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const observer = new ResizeObserver(() => latest.current.read())
    observer.observe(element)
    const onWheel = (event: WheelEvent) => {
      const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)
      if (!latest.current.isScaled || isSideways || event.ctrlKey) return
      event.preventDefault()
      pending.current += event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : lineHeight)
      // Many turns in one frame are one step.
      frame.current ??= requestAnimationFrame(() => {
        frame.current = undefined
        latest.current.read(latest.current.top + pending.current)
        pending.current = 0
      })
    }
    const onTouch = () => {
      isTouched.current = true
    }
    const onPointer = ({ pointerType }: PointerEvent) => {
      isTouched.current = pointerType !== 'mouse'
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    element.addEventListener('touchstart', onTouch, { passive: true })
    element.addEventListener('pointerdown', onPointer)
    return () => {
      observer.disconnect()
      element.removeEventListener('wheel', onWheel)
      element.removeEventListener('touchstart', onTouch)
      element.removeEventListener('pointerdown', onPointer)
      if (frame.current !== undefined) cancelAnimationFrame(frame.current)
      clearTimeout(timer.current)
    }
  }, [scroller])

  const onScroll = useCallback(() => {
    latest.current.read()
    clearTimeout(timer.current)
    timer.current = setTimeout(keepPlace, settleMs)
  }, [keepPlace])
  const scrollTo = useCallback((top: number) => latest.current.read(top), [])
  return { ...viewport, bodyHeight, offset: place.current.offset, onScroll, scrollTo }
}
