// Package api is the internet site's commands as JSON, for the mini program and
// for whoever else an office lets in: the same doors to the same rooms as the
// pages, behind the same guard. Its OpenAPI document is made from the code and
// served at /api/v1/openapi.json.
//
// Whoever asks brings a token in the Authorization header, which ends as a
// session does. What goes wrong is said in problem documents (RFC 9457), in the
// language that Accept-Language asks for.
package api
