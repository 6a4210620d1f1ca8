using System.Text;

namespace Gateway.Modules.Router.Callbacks;

/// <summary>Where a service is called: its URL, and as what the credentials in it are sent.</summary>
sealed class CallbackTarget
{
    public CallbackTarget(string url)
    {
        Url = new Uri(url);
        if (Url.UserInfo.Length == 0)
            return;
        string credentials = Uri.UnescapeDataString(Url.UserInfo.Contains(':') ? Url.UserInfo : Url.UserInfo + ":");
        Authorization = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}";
        Url = new UriBuilder(Url) { UserName = "", Password = "" }.Uri;
    }

    /// <summary>The URL without credentials.</summary>
    public Uri Url { get; }

    /// <summary>The value of the header of that name; null without credentials.</summary>
    public string? Authorization { get; }
}
