using Gateway.Modules.Events.Storage;

namespace Gateway.Modules.Events;

/// <summary>
/// The member <c>repeat</c> of an event that is inserted: <c>{"every": seconds}</c>, or <c>{"cron": "0 9 * * 1-5"}</c> with an
/// optional <c>time_zone</c>; either with an optional <c>until</c>.
/// </summary>
static class RepetitionForm
{
    const string Member = "repeat";

    /// <summary>Null if there is none, or if the form's fault says what is wrong with it.</summary>
    public static Repetition? Read(RequestForm form)
    {
        if (form.OptionalForm(Member) is not { } repeat)
            return null;
        var repetition = ReadWithin(repeat);
        form.Require(repeat.Fault == null, $"{Member}: {repeat.Fault}");
        return repetition;
    }

    static Repetition? ReadWithin(RequestForm repeat)
    {
        bool isInterval = repeat.Has("every");
        repeat.Require(isInterval != repeat.Has("cron"), "there must be every or cron, and not both.");
        long? until = repeat.Has("until") ? repeat.Integer("until") : null;
        if (isInterval)
        {
            long every = repeat.Integer("every");
            repeat.Require(every > 0, "every must be a number of seconds from 1.");
            return Repetition.AtInterval(every, until);
        }
        string cron = repeat.Text("cron"), timeZone = repeat.Has("time_zone") ? repeat.Text("time_zone") : "";
        if (repeat.Fault != null)
            return null;
        try
        {
            return Repetition.AtTimes(cron, timeZone, until);
        }
        catch (FormatException e)
        {
            repeat.Fail(e.Message);
            return null;
        }
    }
}
