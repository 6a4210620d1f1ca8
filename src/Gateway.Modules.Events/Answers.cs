using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Gateway.Core.Hosting;
using Gateway.Modules.Events.Storage;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.Events;

/// <summary>What is answered. JSON has no charset in its type, as in the original; a fault has an added member <c>error</c>.</summary>
static class Answers
{
    /// <summary>An object.</summary>
    public static IResult Json(Action<Utf8JsonWriter> writeMembers, int status = StatusCodes.Status200OK) => new JsonAnswer(writeMembers, status);

    /// <summary><c>{"event": {…}}</c></summary>
    public static IResult Event(EventRecord record) => Json(writer =>
    {
        writer.WritePropertyName("event");
        Write(writer, record);
    });

    /// <summary>An event as it was inserted, whatever has become of it since.</summary>
    public static IResult Inserted(EventRecord record) => Json(writer =>
    {
        writer.WritePropertyName("event");
        Write(writer, record, isNew: true);
    });

    /// <summary>Events as they were inserted.</summary>
    public static IResult InsertedAll(IReadOnlyList<EventRecord> records) => Json(writer =>
    {
        writer.WriteStartArray("events");
        foreach (var record in records)
            Write(writer, record, isNew: true);
        writer.WriteEndArray();
    });

    /// <summary><c>{"name": [{…}, …], …}</c>, sent as it is written: there may be any number of events.</summary>
    public static IResult Lists(IReadOnlyList<(string Name, IReadOnlyList<EventRecord> Records)> lists) => new ListsAnswer(lists);

    public static IResult UsernameTaken() => Json(writer => writer.WriteString("error", "username already taken"), StatusCodes.Status400BadRequest);

    public static IResult BadRequest(string code, string detail) => Fault(StatusCodes.Status400BadRequest, code, detail);

    public static IResult TooLarge(long limit) =>
        Fault(StatusCodes.Status413PayloadTooLarge, "body_too_large", string.Create(CultureInfo.InvariantCulture, $"A body may have {limit} bytes."));

    public static IResult Unavailable(string problem) => new WithHeader("Retry-After", "1",
        Fault(StatusCodes.Status503ServiceUnavailable, "not_stored", $"Nothing can be stored at the moment: {problem}"));

    /// <summary>Why a change was not made.</summary>
    public static IResult Refusal(ChangeOutcome outcome) => outcome switch
    {
        ChangeOutcome.NotFound => Fault(StatusCodes.Status404NotFound, "no_such_event", "There is no such event."),
        ChangeOutcome.NotOwner => Fault(StatusCodes.Status403Forbidden, "not_owner", "The event is another user's."),
        ChangeOutcome.NotPending => Fault(StatusCodes.Status409Conflict, "not_pending", "The event has fired or was cancelled."),
        ChangeOutcome.KeyReused => Fault(StatusCodes.Status422UnprocessableEntity, "idempotency_key_reused", "The Idempotency-Key was used for another event."),
        ChangeOutcome.TooLarge => Fault(StatusCodes.Status413PayloadTooLarge, "events_too_large", "Less can be stored at once."),
        _ => Problems.StorageLimitReached(),
    };

    public static IResult Fault(int status, string code, string detail) => TypedResults.Problem(
        detail, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code, ["error"] = detail });

    /// <summary>The same answer with a header.</summary>
    public static IResult With(this IResult answer, string header, string value) => new WithHeader(header, value, answer);

    /// <summary>Does what may find that nothing can be written.</summary>
    public static async Task StoredAsync(HttpContext context, Func<Task<IResult>> answer)
    {
        IResult result;
        try
        {
            result = await answer().ConfigureAwait(false);
        }
        catch (Core.Storage.LogUnavailableException e)
        {
            result = Unavailable(e.Message);
        }
        await result.ExecuteAsync(context).ConfigureAwait(false);
    }

    static void Write(Utf8JsonWriter writer, EventRecord record, bool isNew = false)
    {
        writer.WriteStartObject();
        writer.WriteString("id", record.Id);
        writer.WriteString("user_id", record.UserId);
        writer.WriteString("collection_id", record.CollectionId);
        writer.WriteString("event", record.Name);
        writer.WriteNumber("timestamp", record.Timestamp);
        writer.WriteBoolean("published", !isNew && record.Fired != 0);
        writer.WriteBoolean("cancelled", !isNew && record.Cancelled);
        writer.WritePropertyName("data");
        writer.WriteRawValue(record.Data, skipInputValidation: true);
        if (record.Series is { } series)
            Write(writer, series);
        writer.WriteEndObject();
    }

    // Two more members, which the events of the original do not have.
    static void Write(Utf8JsonWriter writer, Series series)
    {
        writer.WriteString("series", series.Id);
        writer.WriteStartObject("repeat");
        if (series.Repetition.Every > 0)
            writer.WriteNumber("every", series.Repetition.Every);
        else
            writer.WriteString("cron", series.Repetition.Cron);
        if (series.Repetition.TimeZone.Length > 0)
            writer.WriteString("time_zone", series.Repetition.TimeZone);
        if (series.Repetition.Until is { } until)
            writer.WriteNumber("until", until);
        writer.WriteEndObject();
    }

    sealed class JsonAnswer(Action<Utf8JsonWriter> writeMembers, int status) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var buffer = new ArrayBufferWriter<byte>(512);
            using (var writer = new Utf8JsonWriter(buffer))
            {
                writer.WriteStartObject();
                writeMembers(writer);
                writer.WriteEndObject();
            }
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = "application/json";
            httpContext.Response.ContentLength = buffer.WrittenCount;
            await httpContext.Response.Body.WriteAsync(buffer.WrittenMemory, httpContext.RequestAborted).ConfigureAwait(false);
        }
    }

    sealed class ListsAnswer(IReadOnlyList<(string Name, IReadOnlyList<EventRecord> Records)> lists) : IResult
    {
        const int FlushBytes = 32 * 1024;

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = "application/json";
            var body = httpContext.Response.BodyWriter;
            using var writer = new Utf8JsonWriter(body);
            long flushed = 0;
            writer.WriteStartObject();
            foreach (var (name, records) in lists)
            {
                writer.WriteStartArray(name);
                foreach (var record in records)
                {
                    Write(writer, record);
                    if (writer.BytesCommitted + writer.BytesPending - flushed < FlushBytes)
                        continue;
                    writer.Flush();
                    flushed = writer.BytesCommitted;
                    await body.FlushAsync(httpContext.RequestAborted).ConfigureAwait(false);
                }
                writer.WriteEndArray();
            }
            writer.WriteEndObject();
            writer.Flush();
            await body.FlushAsync(httpContext.RequestAborted).ConfigureAwait(false);
        }
    }

    sealed class WithHeader(string name, string value, IResult inner) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers[name] = value;
            return inner.ExecuteAsync(httpContext);
        }
    }
}
