using System.Reflection;
using Xunit.Sdk;

namespace Gateway.Modules.Channels.Tests;

/// <summary>Runs a theory once by each way of sending: plain and TLS.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EveryTransportAttribute(params object[] arguments) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        new[] { Door.OwnAddress, Door.SharedPathTls }.Select(door => (object[])[door, .. arguments]);
}
