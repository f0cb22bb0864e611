import { Page } from '../../ui/page'
export const DiagramPage = () => <Page title="Diagram" />
