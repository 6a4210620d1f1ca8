using System.Text;
using Gateway.Core.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Auth.Jwt;

/// <summary>Makes the keys that the options of a scheme choose, and finds what is wrong with them.</summary>
sealed class JwtKeyChoice(
    JwtOptions options, IReadOnlyCollection<string> algorithms, IConfigurationSection section, AuthSchemeContext context, ConfigurationFaults faults)
{
    const int ShortestSecret = 32;

    /// <summary>The keys; null where none are needed, or where there is a fault.</summary>
    public IJwtKeys? Create() => options switch
    {
        { HasSecrets: true } => new FixedKeys([.. options.AllSecrets.Select(entry => FromSecret(entry.Key, entry.Secret))]),
        { KeyFile: { } file } => FromFile(file),
        { JwksUrl: { } url } => FromDownload(KeyDownload.FromKeySet(url, algorithms)),
        { Authority: { } url } => FromDownload(KeyDownload.FromAuthority(url, algorithms)),
        _ => null,
    };

    JwtKey FromSecret(string key, string secret)
    {
        // Even on one machine an empty secret is rather a variable that was not set.
        int shortest = context.OnlyLoopback ? 1 : ShortestSecret;
        byte[] bytes = Encoding.UTF8.GetBytes(secret);
        if (bytes.Length < shortest)
            AddFault(key, $"the secret (not shown) is too short: {bytes.Length} bytes", $"{shortest} or more");
        return JwtKey.FromSecret(bytes, null, algorithms);
    }

    FixedKeys? FromFile(string file)
    {
        try
        {
            var keys = KeyFile.Read(Path.Combine(context.BaseDirectory, file), algorithms);
            string fitting = string.Join(", ", keys.SelectMany(key => JwtAlgorithm.Names(key.Kind)).Distinct());
            foreach (string name in options.Algorithms.Where(name => !keys.Any(key => key.Algorithms.Contains(name))))
                AddFault(nameof(JwtOptions.Algorithms), $"\"{name}\" does not fit the kind of key in {file}", fitting);
            return new(keys);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            AddFault(nameof(JwtOptions.KeyFile), $"{file}: {e.Message}", $"a readable file of public keys for {string.Join(", ", algorithms)}");
            return null;
        }
    }

    RemoteKeys FromDownload(KeyDownload download) => new(download, context.Time, context.Logs.CreateLogger<RemoteKeys>());

    void AddFault(string key, string wrong, string allowed) => faults.Add($"{section.Path}:{key}", wrong, allowed);
}
