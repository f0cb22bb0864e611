import { saveFile } from '../../ui/save-file'

/** Saves a value as a file, formatted for people and for version control. */
export function downloadJson(fileName: string, value: unknown): void {
  saveFile(fileName, `${JSON.stringify(value, null, 2)}\n`, 'application/json')
}
