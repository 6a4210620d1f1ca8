namespace Gateway.Core.Auth;

/// <summary>What a client may do: which actions, at which paths, of which modules.</summary>
public abstract class Grants
{
    private protected Grants()
    {
    }

    /// <summary>Every action everywhere.</summary>
    public static Grants Everything { get; } = new Constant(true);

    /// <summary>Nothing.</summary>
    public static Grants Nothing { get; } = new Constant(false);

    /// <summary>Whether an action is allowed.</summary>
    /// <param name="module">The module's name.</param>
    /// <param name="action">The action, in the module's own words, such as <c>publish</c>.</param>
    /// <param name="path">The path within the module, decoded, with a leading slash.</param>
    public bool Allows(string module, string action, string path) => Permits(module, action, path);

    private protected abstract bool Permits(string module, string action, string path);

    sealed class Constant(bool allowed) : Grants
    {
        private protected override bool Permits(string module, string action, string path) => allowed;
    }
}
