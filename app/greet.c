/* See greet.h. */
#include "greet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/qr.h"
#include "base/str.h"
#include "server.h"
#include "tls/host.h"

bool greet_is_wanted(const struct conf *conf)
{
    return conf->greeting == GREETING_ON ||
           (conf->greeting == GREETING_AUTO && isatty(STDOUT_FILENO) == 1);
}

/* ---- where ---- */

struct place {
    const char *url;
    const char *note; /* NULL: none */
};

#define PLACES_MAX (2 * HOST_ADDRESSES_MAX)

struct places {
    struct arena *arena;
    const struct conf *conf;
    const struct server *server;
    const struct host *host;
    bool has_ca;
    struct place list[PLACES_MAX];
    size_t count;
};

static bool is_here(const struct conf_listener *l)
{
    return l->address[0] == '\0' || str_starts(l->address, "127.") || str_eq(l->address, "[::1]");
}

/* Does the listener answer at the address? */
static bool answers_at(const struct conf_listener *l, const struct host_address *address)
{
    char text[INET6_ADDRSTRLEN], bracketed[INET6_ADDRSTRLEN + 2];

    if (l->address[0] == '\0')
        return true;
    host_address_text(address, text);
    snprintf(bracketed, sizeof bracketed, address->family == AF_INET6 ? "[%s]" : "%s", text);
    return str_eq(l->address, bracketed);
}

static void add_place(struct places *p, const struct conf_listener *l, int port,
                      const struct host_address *address)
{
    bool is_landing = !l->tls && p->has_ca && p->conf->landing;
    bool is_bare = l->tls && p->has_ca && !host_address_is_private(address);

    if (p->count == PLACES_MAX)
        return;
    p->list[p->count++] = (struct place){ .url = host_url(p->arena, address, l->tls, port),
                                          .note = is_landing ? "shows every device the way to https"
                                                  : is_bare  ? "a public address: wants tls_cert"
                                                             : NULL };
}

/* The addresses of one kind of listener, plain or TLS, for people on the network. */
static void add_kind(struct places *p, const struct host_address *address, bool tls)
{
    for (int i = 0; i < p->conf->listen_count; i++) {
        const struct conf_listener *l = &p->conf->listen[i];
        if (l->tls == tls && l->dialect[0] == '\0' && answers_at(l, address))
            add_place(p, l, server_port(p->server, i), address);
    }
}

/* The best address first, and there plain http first, which explains the rest. */
static void find_places(struct places *p)
{
    const struct host_address *best = host_best(p->host);

    if (best == NULL)
        return;
    add_kind(p, best, false);
    add_kind(p, best, true);
    for (size_t i = 0; i < p->host->count; i++)
        if (&p->host->addresses[i] != best && !host_address_is_link_local(&p->host->addresses[i]))
            add_kind(p, &p->host->addresses[i], true);
}

/* ---- what ---- */

static void print_row(const char *name, const char *text, const char *note)
{
    printf("  %-11s%s%s%s\n", name, text, note != NULL ? "   " : "", note != NULL ? note : "");
}

static void print_here(const struct places *p)
{
    const char *name = "Here";

    for (int i = 0; i < p->conf->listen_count; i++) {
        const struct conf_listener *l = &p->conf->listen[i];
        int port = server_port(p->server, i);
        const char *url = arena_printf(p->arena, "%s://%s:%d", l->tls ? "https" : "http",
                                       l->address[0] != '\0' ? l->address : "localhost", port);
        if (l->dialect[0] != '\0')
            print_row(name, url, arena_printf(p->arena, "%s API", l->dialect));
        else if (is_here(l))
            print_row(name, url, NULL);
        else
            continue;
        name = "";
    }
}

static void print_ca(const struct authority *ca)
{
    size_t half = strlen(ca->fingerprint) / 2 + 1; /* behind a colon */

    print_row("Local CA", ca->name, "chatd trust tells how it is trusted");
    printf("  %-11sSHA-256 %.*s\n", "", (int)half, ca->fingerprint);
    printf("  %-11s        %s\n", "", ca->fingerprint + half);
}

static void print_code(struct arena *a, const char *url)
{
    const struct qr *qr = qr_encode(a, url);

    if (qr != NULL)
        printf("\n%s\n  %s\n", qr_lines(a, qr, "  "), url);
}

void greet_print(const struct conf *conf, const struct server *server, const struct authority *ca)
{
    struct arena *a = arena_new();
    struct places *p = ARENA_NEW(a, struct places);
    char *data_dir = realpath(conf->data_dir, NULL);
    struct host host;

    host_read(NULL, &host);
    *p = (struct places){
        .arena = a, .conf = conf, .server = server, .host = &host, .has_ca = ca != NULL
    };
    find_places(p);
    printf("chatd %s\n\n", CHATD_VERSION);
    print_row("Data", data_dir != NULL ? data_dir : conf->data_dir, NULL);
    print_here(p);
    for (size_t i = 0; i < p->count; i++)
        print_row(i == 0 ? "Network" : "", p->list[i].url, p->list[i].note);
    if (ca != NULL)
        print_ca(ca);
    if (p->count > 0)
        print_code(a, p->list[0].url);
    puts("\n  Ctrl-C stops. chatd --help lists what can be set.\n");
    free(data_dir);
    arena_free(a);
}
