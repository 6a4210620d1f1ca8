using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Redis;

/// <summary>How a module says that it uses Redis.</summary>
public static class RedisUse
{
    /// <summary>
    /// Makes a <see cref="RedisConnection"/> available to the module's services. Without a module that says this, the
    /// gateway neither opens the embedded endpoint nor connects to anything.
    /// </summary>
    public static IServiceCollection AddRedis(this IServiceCollection services)
    {
        if (!IsIn(services))
            services.AddSingleton<Marker>();
        return services;
    }

    internal static bool IsIn(IServiceCollection services) => services.Any(service => service.ServiceType == typeof(Marker));

    sealed class Marker;
}
