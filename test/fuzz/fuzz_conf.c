/* Any bytes as chat.conf: settings within their ranges, or one printable sentence. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "conf.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check(const struct conf *c)
{
    require(c->listen_count >= 1 && c->listen_count <= CONF_LISTENERS_MAX);
    for (int i = 0; i < c->listen_count; i++) {
        const struct conf_listener *l = &c->listen[i];
        require(l->port >= 0 && l->port <= 65535);
        require(memchr(l->address, '\0', sizeof l->address) != NULL);
        require(memchr(l->dialect, '\0', sizeof l->dialect) != NULL);
    }
    require(c->data_dir[0] != '\0' && !str_has_control(c->data_dir));
    require(c->site_name[0] != '\0' && strlen(c->site_name) <= 64 &&
            !str_has_control(c->site_name));
    require(strlen(c->cors_origins) <= 2048 && strchr(c->cors_origins, '*') == NULL);
    require(c->registration >= REGISTRATION_OPEN && c->registration <= REGISTRATION_CLOSED);
    require(c->messages_from >= WRITE_ANYONE && c->messages_from <= WRITE_FRIENDS);
    require(c->log_level >= LOG_DEBUG && c->log_level <= LOG_ERROR);
    require(c->password_cost >= 4 && c->password_cost <= 20);
    require(c->http_threads >= 4 && c->http_threads <= 1024);
    require(c->socket_frame_bytes >= 1024 && c->socket_frame_bytes <= 16777216);
    require(c->socket_timeout_seconds > c->socket_ping_seconds);
    require(strlen(c->node_secret) == 0 || strlen(c->node_secret) >= 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct conf *conf = NULL;
    char *error = NULL;

    require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    if (conf_parse(text, &conf, &error)) {
        check(conf);
        conf_free(conf);
    } else {
        require(error != NULL && error[0] != '\0' && !str_has_control(error));
        free(error);
    }
    free(text);
    return 0;
}
