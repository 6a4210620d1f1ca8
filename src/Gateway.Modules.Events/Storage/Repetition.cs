using System.Globalization;
using Cronos;

namespace Gateway.Modules.Events.Storage;

/// <summary>When an event that repeats fires: at an interval, or at the times of a cron expression.</summary>
sealed class Repetition
{
    // Beyond this no cron expression is looked at: the library ends with the year 2099.
    const long LastCronSecond = 4_102_444_799;

    readonly CronExpression? _cron;
    readonly TimeZoneInfo _zone;

    Repetition(long every, string cron, string timeZone, long? until, CronExpression? parsed, TimeZoneInfo zone) =>
        (Every, Cron, TimeZone, Until, _cron, _zone) = (every, cron, timeZone, until, parsed, zone);

    /// <summary>The interval in seconds; 0 where a cron expression says when.</summary>
    public long Every { get; }

    /// <summary>A cron expression of five fields, or of six of which the first is the second; empty where there is an interval.</summary>
    public string Cron { get; }

    /// <summary>The time zone of the expression by its IANA name; empty = UTC.</summary>
    public string TimeZone { get; }

    /// <summary>The last second at which an event may fire; null = there is none.</summary>
    public long? Until { get; }

    /// <summary>At an interval of so many seconds, from 1.</summary>
    public static Repetition AtInterval(long seconds, long? until) => new(seconds, "", "", until, null, TimeZoneInfo.Utc);

    /// <summary>At the times of a cron expression.</summary>
    /// <exception cref="FormatException">The expression is none, or the time zone is not known.</exception>
    public static Repetition AtTimes(string cron, string timeZone, long? until)
    {
        var format = cron.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard;
        if (!CronExpression.TryParse(cron, format, out var parsed))
            throw new FormatException("cron must be an expression of five fields, or of six with seconds first.");
        if (timeZone.Length == 0)
            return new(0, cron, timeZone, until, parsed, TimeZoneInfo.Utc);
        return TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone)
            ? new(0, cron, timeZone, until, parsed, zone)
            : throw new FormatException("time_zone must be the name of a time zone, such as Europe/Berlin.");
    }

    /// <summary>When the first event fires: at the time given, or at the first of the expression from then and from now on.</summary>
    /// <returns>Seconds of Unix time; null = never.</returns>
    public long? First(long timestamp, long now) => Limited(_cron == null ? timestamp : NextOfCron(Math.Max(timestamp, now), inclusive: true));

    /// <summary>When the event fires that follows one: the next time that is still to come, those missed are left out.</summary>
    /// <returns>Seconds of Unix time; null = there is none.</returns>
    public long? Next(long timestamp, long now) => Limited(_cron == null ? NextOfInterval(timestamp, now) : NextOfCron(Math.Max(timestamp, now), inclusive: false));

    /// <summary>The same text for the same repetition.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Every} {Cron}\0{TimeZone}\0{Until}");

    long? NextOfInterval(long timestamp, long now)
    {
        // Any 64-bit number is a time, and their difference may need one bit more.
        Int128 missed = now < timestamp ? 0 : ((Int128)now - timestamp) / Every;
        Int128 next = timestamp + (missed + 1) * Every;
        return next <= long.MaxValue ? (long)next : null;
    }

    long? NextOfCron(long from, bool inclusive) => from > LastCronSecond
        ? null
        : _cron!.GetNextOccurrence(DateTimeOffset.FromUnixTimeSeconds(from), _zone, inclusive)?.ToUnixTimeSeconds();

    long? Limited(long? next) => next > Until ? null : next;
}
