using System.Globalization;

namespace Gateway.Host.Streaming;

/// <summary>Says on standard error how far it is, where that is a terminal.</summary>
sealed class Progress
{
    const long Interval = 500;

    readonly bool _isShown = !Console.IsErrorRedirected;
    long _shownAt;

    /// <summary>So many bytes have been sent.</summary>
    public void Sent(long bytes)
    {
        if (_isShown && Environment.TickCount64 - _shownAt >= Interval)
            Show($"{Size(bytes)} sent");
    }

    /// <summary>The connection is lost.</summary>
    public void Waiting(string why) => Show($"waiting for the gateway: {why}");

    /// <summary>All is stored.</summary>
    public void Done(long bytes)
    {
        Show($"{Size(bytes)} stored");
        if (_isShown)
            Console.Error.WriteLine();
    }

    void Show(string text)
    {
        if (!_isShown)
            return;
        _shownAt = Environment.TickCount64;
        Console.Error.Write($"\r\e[K{text}");
    }

    static string Size(long bytes) => bytes switch
    {
        < 10_000 => $"{bytes} B",
        < 10_000_000 => $"{bytes / 1000} kB",
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000} MB"),
    };
}
