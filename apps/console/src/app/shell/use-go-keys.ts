import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { places } from './navigation'

/** How long after `g` the second letter counts. */
const patienceMs = 1_000

const isTyping = ({ target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** `g` and then the letter of a place goes there. */
export function useGoKeys(): void {
  const navigate = useNavigate()
  useEffect(() => {
    let goUntil = 0
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return
      const place = Date.now() < goUntil && places.find(({ letter }) => letter === event.key)
      goUntil = event.key === 'g' ? Date.now() + patienceMs : 0
      if (!place) return
      event.preventDefault()
      void navigate({ to: place.to })
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [navigate])
}
