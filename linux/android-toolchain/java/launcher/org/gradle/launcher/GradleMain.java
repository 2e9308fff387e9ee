package org.gradle.launcher;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A Gradle wrapper unpacks a distribution and runs the GradleMain of its lib/gradle-launcher jar. Debian's Gradle only ever
 * works from /usr/share, wherever its jars are copied to, and reads no init.d of a distribution. So the kit's distribution
 * is this class alone: it runs Debian's Gradle where it is installed, with the kit's init script.
 */
public final class GradleMain {
    private static final String DEBIAN = "/usr/share/gradle/lib/gradle-launcher-4.4.1.jar";

    private GradleMain() {
    }

    public static void main(String[] args) throws Exception {
        if (!new File(DEBIAN).exists()) {
            System.err.println("Millwright Android kit: Debian's Gradle 4.4.1 is missing (" + DEBIAN + "). "
                + "Run linux/android-toolchain/install.sh again.");
            System.exit(1);
        }
        // Set here and not in GRADLE_OPTS, which a build may bring its own of. Without a daemon, and with the JVM settings
        // that cordova writes into gradle.properties set aside, the build runs in this process and ends with it.
        System.setProperty("org.gradle.daemon", "false");
        System.setProperty("org.gradle.jvmargs", "");
        // Debian's hook answers every repository with a stack trace on Java 17: 17,000 lines a build.
        System.setProperty("gradle-debian-helper.hook.enabled", "false");

        List<String> all = new ArrayList<>(Arrays.asList("--init-script", initScript()));
        all.addAll(Arrays.asList(args));
        ClassLoader platform = ClassLoader.getSystemClassLoader().getParent();
        URLClassLoader gradle = new URLClassLoader(new URL[] {new File(DEBIAN).toURI().toURL()}, platform);
        Thread.currentThread().setContextClassLoader(gradle);
        Class<?> real = gradle.loadClass(GradleMain.class.getName());
        real.getMethod("main", String[].class).invoke(null, (Object) all.toArray(new String[0]));
    }

    /** layout-kit.sh writes the path into the jar. */
    private static String initScript() throws Exception {
        try (BufferedReader text = new BufferedReader(new InputStreamReader(
                GradleMain.class.getResourceAsStream("init-script"), StandardCharsets.UTF_8))) {
            return text.readLine();
        }
    }
}
