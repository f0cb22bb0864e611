/** What HTML templates can stand in: `{% layout 'mail' %}{% block content %}…{% endblock %}`, and a button for the link. */
export const partials = {
  mail: `<!doctype html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
</head>
<body style="margin:0;padding:24px 12px;background:#f3f4f6;color:#1f2430;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<div style="max-width:520px;margin:0 auto;padding:28px 32px;background:#ffffff;border-radius:10px">
<p style="margin:0 0 20px;font-size:18px;font-weight:600">{{ app }}</p>
{% block content %}{% endblock %}
</div>
<p style="max-width:520px;margin:16px auto 0;padding:0 32px;color:#5b6270;font-size:13px"><a href="{{ url }}" style="color:#5b6270">{{ url }}</a></p>
</body>
</html>
`,
  button: `<p style="margin:24px 0"><a href="{{ link }}" style="display:inline-block;padding:12px 22px;background:{{ color }};color:#ffffff;border-radius:6px;text-decoration:none;font-weight:600">{{ label }}</a></p>
<p style="margin:0 0 16px;font-size:13px;color:#5b6270;word-break:break-all"><a href="{{ link }}" style="color:#5b6270">{{ link }}</a></p>`,
  code: `<p style="margin:24px 0;font:600 32px/1.2 ui-monospace,Consolas,monospace;letter-spacing:6px">{{ code }}</p>`,
} as const
