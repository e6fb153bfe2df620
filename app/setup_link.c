/* See setup_link.h. */
#include "setup_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "datadir.h"
#include "domain/setup.h"
#include "server.h"

#define URL_BYTES 256

/* Where the page is, in the first URL of those visited that people may use. */
static void note_url(void *arg, const char *url, const char *dialect)
{
    char *base = arg;

    if (base[0] == '\0' && dialect[0] == '\0')
        snprintf(base, URL_BYTES, "%s", url);
}

static enum err issue(const struct services *sv, bool always, const char *base)
{
    struct arena *arena = arena_new();
    const char *token = NULL;
    bool needed = false;
    struct ctx cx;
    enum err e;

    ctx_init(&cx, sv, arena, "start", "");
    e = setup_is_needed(&cx, &needed);
    if (e == OK && (needed || always))
        e = setup_issue(&cx, &token);
    if (e == OK && token != NULL)
        printf("%s%s/setup#%s\n", always ? "" : "setup ", base, token);
    ctx_release(&cx);
    arena_free(arena);
    return e;
}

void setup_greet(const struct services *sv, const struct server *server)
{
    char base[URL_BYTES] = "";
    enum err e;

    server_each_listener(server, note_url, base);
    e = base[0] == '\0' ? OK : issue(sv, false, base);
    if (e != OK)
        log_error("start", "no set-up link: %s", err_meaning(e));
}

/* The same from the configuration alone: a port 0 is the server's secret. */
static bool base_of(const struct conf *conf, char *base)
{
    for (int i = 0; i < conf->listen_count; i++) {
        const struct conf_listener *l = &conf->listen[i];
        if (l->dialect[0] != '\0')
            continue;
        snprintf(base, URL_BYTES, "%s://%s:%d", l->tls ? "https" : "http",
                 l->address[0] != '\0' ? l->address : "localhost", l->port);
        return true;
    }
    return false;
}

bool setup_link(const struct conf *conf, char **error_r)
{
    struct services sv = { .conf = conf, .clock = &clock_system };
    char base[URL_BYTES] = "", *path = NULL, *why = NULL;
    bool runs = datadir_is_used(conf->data_dir);
    enum err e = ERR_DB;

    log_setup(LOG_ERROR, conf->log_json);
    if (!base_of(conf, base)) {
        *error_r = strdup("listen: there is no address where the web client answers");
        return false;
    }
    if ((!runs && !datadir_open(conf->data_dir, error_r)) ||
        asprintf(&path, "%s/chatd.db", conf->data_dir) < 0)
        return false;
    sv.db = runs ? db_open_beside(path, &why) : db_open(path, NULL, &why);
    if (sv.db != NULL)
        e = issue(&sv, true, base);
    if (e != OK && asprintf(error_r, "%s: %s", path, why != NULL ? why : err_meaning(e)) < 0)
        *error_r = NULL;
    db_close(sv.db);
    free(path);
    free(why);
    return e == OK;
}
