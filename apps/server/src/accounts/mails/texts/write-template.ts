import type { MailTemplate } from '../mail-template.js'

/** The words of one mail, in the order they are read. Liquid. */
export interface Words {
  readonly subject: string
  readonly lead: string
  /** What the button says that opens the link. */
  readonly button?: string
  /** Of a mail with a code. */
  readonly hasCode?: true
  /** What follows link or code: how long it is good for, and what to do if one did not ask for it. */
  readonly after: readonly string[]
}

/** The one form of all built-in mails: lead, link or code on a line of its own, the rest, the name of the app. */
export function writeTemplate({ subject, lead, button, hasCode, after }: Words): MailTemplate {
  const middle = button !== undefined ? ['{{ link }}'] : hasCode ? ['{{ code }}'] : []
  return {
    subject,
    text: `${[lead, ...middle, ...after, '{{ app }}\n{{ url }}'].join('\n\n')}\n`,
    html: [
      "{% layout 'mail' %}",
      '{% block content %}',
      paragraph(lead),
      ...(button === undefined ? [] : [`{% render 'button', link: link, color: color, label: '${button}' %}`]),
      ...(hasCode ? ["{% render 'code', code: code %}"] : []),
      ...after.map(paragraph),
      '{% endblock %}\n',
    ].join('\n'),
  }
}

const paragraph = (text: string): string => `<p style="margin:0 0 16px">${text}</p>`
