/* The numbers of /metrics. Names, units and _total as Prometheus wants them: base units, one family
 * at a time, every histogram with its +Inf bucket, sum and count. */
#include <inttypes.h>

#include "base/metrics.h"
#include "base/process.h"
#include "base/str.h"
#include "db/site.h"
#include "handlers/site/health.h"

static void family(struct buf *b, const char *name, const char *type, const char *help)
{
    buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void one(struct buf *b, const char *name, const char *type, const char *help, int64_t value)
{
    family(b, name, type, help);
    buf_printf(b, "%s %" PRId64 "\n", name, value);
}

/* Milliseconds as seconds, exactly. */
static void seconds(struct buf *b, const char *name, const char *type, const char *help, int64_t ms)
{
    family(b, name, type, help);
    buf_printf(b, "%s %" PRId64 ".%03" PRId64 "\n", name, ms / 1000, ms % 1000);
}

static void add_live(struct buf *b, const struct live *live)
{
    one(b, "chatd_sockets", "gauge", "WebSockets open now.", live->sockets);
    one(b, "chatd_users_online", "gauge", "People with at least one WebSocket.", live->users);
    one(b, "chatd_socket_frames_sent_total", "counter", "Frames sent to WebSockets.",
        live->frames_sent);
    one(b, "chatd_socket_sent_bytes_total", "counter", "Bytes sent to WebSockets.",
        live->bytes_sent);
    one(b, "chatd_sockets_dropped_total", "counter",
        "WebSockets closed because their queue was full.", live->dropped);
}

static void add_requests(struct buf *b, const struct request_stats *list, size_t count)
{
    family(b, "chatd_http_requests_total", "counter", "Requests answered, by dialect and status.");
    for (size_t i = 0; i < count; i++)
        for (int c = 1; c < 6; c++)
            if (list[i].by_class[c] > 0)
                buf_printf(
                    b, "chatd_http_requests_total{dialect=\"%s\",status=\"%dxx\"} %" PRId64 "\n",
                    list[i].dialect, c, list[i].by_class[c]);
}

static void add_durations(struct buf *b, const struct request_stats *list, size_t count)
{
    static const char name[] = "chatd_http_request_duration_seconds";

    family(b, name, "histogram", "How long requests took, from their head to their answer.");
    for (size_t i = 0; i < count; i++) {
        int64_t so_far = 0;
        for (size_t k = 0; k < METRICS_BUCKETS; k++) {
            int64_t ms = metrics_bounds_ms[k];
            so_far += list[i].buckets[k];
            buf_printf(b,
                       "%s_bucket{dialect=\"%s\",le=\"%" PRId64 ".%03" PRId64 "\"} %" PRId64 "\n",
                       name, list[i].dialect, ms / 1000, ms % 1000, so_far);
        }
        so_far += list[i].buckets[METRICS_BUCKETS];
        buf_printf(b, "%s_bucket{dialect=\"%s\",le=\"+Inf\"} %" PRId64 "\n", name, list[i].dialect,
                   so_far);
        buf_printf(b, "%s_sum{dialect=\"%s\"} %" PRId64 ".%03" PRId64 "\n", name, list[i].dialect,
                   list[i].sum_ms / 1000, list[i].sum_ms % 1000);
        buf_printf(b, "%s_count{dialect=\"%s\"} %" PRId64 "\n", name, list[i].dialect, so_far);
    }
}

static void add_store(struct buf *b, const struct db_stats *stats, int64_t bytes)
{
    static const char name[] = "chatd_store_batch_writes";
    int64_t so_far = 0;

    one(b, "chatd_store_commits_total", "counter", "Commits, each one write to the disk.",
        stats->commits);
    one(b, "chatd_store_failed_commits_total", "counter", "Commits that failed.",
        stats->failed_commits);
    family(b, name, "histogram", "Writes that one commit carried.");
    for (int i = 0; i < DB_BATCH_SIZES; i++) {
        so_far += stats->batches[i];
        buf_printf(b, "%s_bucket{le=\"%d\"} %" PRId64 "\n", name, 1 << i, so_far);
    }
    buf_printf(b, "%s_bucket{le=\"+Inf\"} %" PRId64 "\n%s_sum %" PRId64 "\n%s_count %" PRId64 "\n",
               name, so_far, name, stats->writes, name, so_far);
    one(b, "chatd_store_bytes", "gauge", "Size of the store and its log on disk.", bytes);
}

static void add_totals(struct buf *b, const struct site_totals *totals, int64_t messages)
{
    one(b, "chatd_messages_stored_total", "counter", "Messages stored since the start.", messages);
    one(b, "chatd_messages", "gauge", "Messages ever stored.", totals->messages);
    one(b, "chatd_accounts", "gauge", "Accounts.", totals->accounts);
    one(b, "chatd_files", "gauge", "Uploaded files kept.", totals->files);
    one(b, "chatd_files_bytes", "gauge", "Size of the uploaded files.", totals->file_bytes);
}

static void add_process(struct buf *b, const struct ctx *cx)
{
    struct process_facts facts = process_facts();

    family(b, "chatd_info", "gauge", "The version that runs.");
    buf_printf(b, "chatd_info{version=\"%s\"} 1\n", CHATD_VERSION);
    seconds(b, "chatd_uptime_seconds", "gauge", "Time since the start.",
            ctx_now(cx) - cx->sv->started_at_ms);
    seconds(b, "process_start_time_seconds", "gauge", "Start of the process since 1970.",
            cx->sv->started_at_ms);
    seconds(b, "process_cpu_seconds_total", "counter", "Processor time used.", facts.cpu_ms);
    one(b, "process_resident_memory_bytes", "gauge", "Memory in use.", facts.rss_bytes);
    one(b, "process_open_fds", "gauge", "Open file descriptors.", facts.open_fds);
    one(b, "process_threads", "gauge", "Threads.", facts.threads);
}

enum err metrics_text(struct ctx *cx, const char **text_r)
{
    struct request_stats requests[METRICS_DIALECTS_MAX];
    const struct services *sv = cx->sv;
    size_t count = metrics_requests(sv->metrics, requests);
    struct live live = sv->live(sv->hub);
    struct db_stats stats = db_stats(sv->db);
    struct buf b = buf_new(cx->arena);
    struct site_totals totals;
    enum err e = db_site_totals(ctx_db(cx), &totals);

    if (e != OK)
        return e;
    add_process(&b, cx);
    add_live(&b, &live);
    add_requests(&b, requests, count);
    add_durations(&b, requests, count);
    add_totals(&b, &totals, metrics_message_count(sv->metrics));
    add_store(&b, &stats, db_size(sv->db));
    *text_r = b.data;
    return OK;
}
