using BenchmarkDotNet.Running;
using Gateway.Benchmarks.Load;

if (args is ["load", .. var rest])
    return LoadCommand.Run(rest);

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
