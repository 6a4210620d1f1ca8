using System.Reflection;
using Xunit.Sdk;

namespace Gateway.Modules.Channels.Tests;

/// <summary>Runs a theory at every door, with the same further arguments at each.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EveryDoorAttribute(params object[] arguments) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        Enum.GetValues<Door>().Select(door => (object[])[door, .. arguments]);
}
