import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * AaptV1Patch BUILDER_JAR OUTPUT_FOLDER : run once, when the kit is made.
 * Writes Debian's AaptV1.class again, with its calls of Futures.transform turned to FlatFutures.transform. Without it
 * mergeResources dies with "SettableFuture cannot be cast to class java.io.File".
 */
public class AaptV1Patch {
    private static final String AAPT = "com/android/builder/internal/aapt/v1/AaptV1.class";
    private static final String GUAVA = "com/google/common/util/concurrent/Futures";
    private static final String OURS = "millwright/android/FlatFutures";

    private static int patched = 0;

    public static void main(String[] args) throws IOException {
        ClassReader reader = new ClassReader(read(Paths.get(args[0])));
        ClassWriter writer = new ClassWriter(reader, 0);
        reader.accept(new ClassVisitor(Opcodes.ASM9, writer) {
            @Override
            public MethodVisitor visitMethod(int access, String name, String type, String generic, String[] thrown) {
                return redirect(super.visitMethod(access, name, type, generic, thrown));
            }
        }, 0);
        if (patched == 0) {
            System.err.println("AaptV1 has no call of Futures.transform: Debian's Android plugin is not the known one");
            System.exit(1);
        }
        Path target = Paths.get(args[1], AAPT);
        Files.createDirectories(target.getParent());
        Files.write(target, writer.toByteArray());
    }

    private static MethodVisitor redirect(MethodVisitor next) {
        return new MethodVisitor(Opcodes.ASM9, next) {
            @Override
            public void visitMethodInsn(int opcode, String owner, String name, String type, boolean onInterface) {
                boolean nested = owner.equals(GUAVA) && name.equals("transform");
                patched += nested ? 1 : 0;
                super.visitMethodInsn(opcode, nested ? OURS : owner, name, type, onInterface);
            }
        };
    }

    private static byte[] read(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            ZipEntry entry = zip.getEntry(AAPT);
            if (entry == null) {
                throw new IOException(jar + " has no " + AAPT);
            }
            try (InputStream in = zip.getInputStream(entry)) {
                return in.readAllBytes();
            }
        }
    }
}
