/* The engine's self-test alone, for main.c, which knows nothing else of CivetWeb. */
#ifndef CIVETWEB_SELFTEST_H
#define CIVETWEB_SELFTEST_H

/* Proves that this build has what chatd needs: TLS through OpenSSL 3 really initialised, WebSocket,
 * IPv6, and worker stacks of at least 1 MiB (a thread is started and measured). NULL if so, else
 * one sentence. Call once before server_start. */
const char *engine_self_test(void);

#endif
