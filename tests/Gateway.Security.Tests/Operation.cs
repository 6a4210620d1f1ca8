using Gateway.Testing;

namespace Gateway.Security.Tests;

/// <summary>When an operation takes its turn.</summary>
enum Turn
{
    /// <summary>The owner stores something.</summary>
    Store,

    /// <summary>The owner reads it, before and after the other team has had its turn; the other team reads under the same names.</summary>
    Read,

    /// <summary>The other team changes what has these names; in the end the owner does.</summary>
    Change,

    /// <summary>The other team alone tries it, as there is nothing to do twice.</summary>
    Try,
}

/// <summary>Something that clients of a module can do with one request.</summary>
/// <param name="Module">The module.</param>
/// <param name="Route">Method and pattern of the endpoint that it reaches.</param>
/// <param name="Turn">When it takes its turn.</param>
/// <param name="Request">Method and target; <c>{name}</c> stands for what an earlier operation has kept.</param>
/// <param name="Own">The status that the owner gets.</param>
/// <param name="Other">The status that the other team gets under the same names.</param>
sealed record Operation(string Module, string Route, Turn Turn, string Request, int Own, int Other)
{
    public string? Body { get; init; }

    public (string Name, string? Value)[] Headers { get; init; } = [];

    /// <summary>What the owner sees in the answer, and nobody else may.</summary>
    public string? Shows { get; init; }

    /// <summary>Whether everybody may do it, without a token.</summary>
    public bool IsPublic { get; init; }

    /// <summary>Whether the answer is another each time.</summary>
    public bool IsNeverTheSame { get; init; }

    /// <summary>What is kept of the owner's answer for later operations.</summary>
    public (string Name, Func<HttpReply, string> Of)? Keeps { get; init; }

    public override string ToString() => $"{Module}: {Request}";
}
