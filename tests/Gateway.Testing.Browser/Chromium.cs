using Microsoft.Playwright;

namespace Gateway.Testing.Browser;

/// <summary>The system's browser, started once. Nothing is downloaded: where there is none, its tests are skipped.</summary>
public sealed class Chromium : IAsyncLifetime
{
    const string Executable = "/usr/bin/chromium";

    static readonly string[] Arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    IPlaywright? _playwright;
    IBrowser? _browser;

    /// <summary>The browser; a test that asks for it is skipped where it is not installed.</summary>
    public IBrowser Browser
    {
        get
        {
            Skip.If(_browser == null, $"{Executable} is not installed");
            return _browser!;
        }
    }

    public async Task InitializeAsync()
    {
        if (!File.Exists(Executable))
            return;
        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = Arguments });
    }

    public async Task DisposeAsync()
    {
        if (_browser != null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
