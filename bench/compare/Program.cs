using System.Globalization;
using Gateway.Benchmarks.Load;
using Gateway.Compare;
using Gateway.Compare.Floor;
using Gateway.Compare.Targets;

switch (args)
{
    case ["serve-floor-joined", var port]:
        new FloorServer(int.Parse(port, CultureInfo.InvariantCulture), joined: true).Run();
        return 0;
    case ["serve-floor-each", var port]:
        new FloorServer(int.Parse(port, CultureInfo.InvariantCulture), joined: false).Run();
        return 0;
    case ["serve-signalr", var port]:
        SignalRTarget.Serve(int.Parse(port, CultureInfo.InvariantCulture));
        return 0;
    case ["--help"]:
        Console.WriteLine(Options.Usage);
        return 0;
}

try
{
    return args is ["guard"] ? Guard.Run() : new Comparison(Options.Parse(args)).Run();
}
catch (LoadFault fault)
{
    Console.Error.WriteLine($"compare: {fault.Message}");
    return 2;
}
