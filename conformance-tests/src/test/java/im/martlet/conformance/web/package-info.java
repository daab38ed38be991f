/** Tests of WebSocket, BOSH and the web client. */
package im.martlet.conformance.web;
