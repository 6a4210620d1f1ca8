namespace Gateway.Core.Configuration;

/// <summary>Finds the name that somebody who mistyped it most likely meant.</summary>
static class NearestName
{
    /// <summary>The known name with the fewest slips from <paramref name="word"/>, null where none is near.</summary>
    public static string? Of(string word, IEnumerable<string> known) => known
        .Select(name => (Name: name, Slips: Slips(word.ToUpperInvariant(), name.ToUpperInvariant())))
        .Where(candidate => candidate.Slips <= 1 + candidate.Name.Length / 5)
        .OrderBy(candidate => candidate.Slips)
        .Select(candidate => candidate.Name)
        .FirstOrDefault();

    /// <summary>How many characters were left out, put in, mistaken or swapped with their neighbour.</summary>
    static int Slips(string a, string b)
    {
        var slips = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) slips[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) slips[0, j] = j;

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var mistaken = slips[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                slips[i, j] = Math.Min(mistaken, 1 + Math.Min(slips[i - 1, j], slips[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    slips[i, j] = Math.Min(slips[i, j], slips[i - 2, j - 2] + 1);
            }
        }
        return slips[a.Length, b.Length];
    }
}
