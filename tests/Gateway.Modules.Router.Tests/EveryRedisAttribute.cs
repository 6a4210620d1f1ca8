using Xunit.Sdk;

namespace Gateway.Modules.Router.Tests;

/// <summary>Runs a theory on every kind of Redis.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class EveryRedisAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(System.Reflection.MethodInfo testMethod) => [[RedisKind.Embedded], [RedisKind.Server]];
}
