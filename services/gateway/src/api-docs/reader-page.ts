/** The page around Swagger UI: everything that it loads is of this installation. */
export const readerPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Waybill: the management API</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/api/docs/reader.css">
<link rel="stylesheet" href="/api/docs/page.css">
</head>
<body>
<noscript>This page needs JavaScript. The document itself is <a href="/api/openapi.json">here</a>.</noscript>
<div id="reader"></div>
<script src="/api/docs/reader.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
`;

/** It reads and sends nothing: a page that could would be one more that holds a session. */
export const readerStart = `SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#reader',
  deepLinking: true,
  docExpansion: 'list',
  filter: true,
  supportedSubmitMethods: [],
  validatorUrl: null,
});
`;

export const readerStyle = `body { margin: 0; }
.swagger-ui .auth-wrapper, .swagger-ui .authorization__btn { display: none; }
`;
