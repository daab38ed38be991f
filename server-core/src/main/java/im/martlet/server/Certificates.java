package im.martlet.server;

import im.martlet.config.Settings;
import im.martlet.net.HostCertificate;
import im.martlet.net.HostCertificates;
import im.martlet.net.PemFiles;
import im.martlet.net.PemFiles.BadCertificateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/** Loads the certificate of each host: from its files, or a self-signed one that this class creates. */
final class Certificates {
    private final HostCertificates inUse = new HostCertificates();

    HostCertificates inUse() { return inUse; }

    /**
     * Puts the certificates in the files into use. If a file is bad, all certificates stay, and the message names it.
     *
     * @return a line for each host
     */
    List<String> load(Settings settings) throws BadCertificateException, IOException {
        var all = new HashMap<String, HostCertificate>();
        var report = new ArrayList<String>();
        for (var host : settings.hosts().entrySet()) {
            var certificate = read(host.getKey(), host.getValue(), settings.server().data().resolve("certificates"));
            all.put(host.getKey(), certificate);
            report.add(host.getKey() + ": valid until " + certificate.expires());
        }
        inUse.use(all);
        return report;
    }

    /** @param folder the folder for self-signed certificates */
    private static HostCertificate read(String name, Settings.Host host, Path folder)
            throws BadCertificateException, IOException {
        if (host.certificate().isPresent() && host.key().isPresent())
            return PemFiles.read(host.certificate().get(), host.key().get());
        var chain = folder.resolve(name + ".crt");
        var key = folder.resolve(name + ".key");
        if (!Files.exists(chain)) PemFiles.writeSelfSigned(name, chain, key);
        return PemFiles.read(chain, key);
    }
}
