namespace Gateway.Core.Configuration;

/// <summary>Marks an option whose value is never echoed: no fault message shows it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute;
