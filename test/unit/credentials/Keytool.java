import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.KeyStore;

/** Runs a keytool command for each line of its input (words parted by tabs), all in one Java. Knows two words of its own. */
class Keytool {
  public static void main(String[] args) throws Exception {
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split("\t", -1);
      if (words[0].equals("property")) System.setProperty(words[1], words[2]);
      else if (words[0].equals("put")) put(words);
      else sun.security.tools.keytool.Main.main(words);
    }
  }

  /**
   * put FROM TO STOREPASS ALIAS KEYPASS CHAINOF: a copy of a PKCS12 keystore in which the key has a password of its own, or the
   * certificate of another key, which keytool doesn't make.
   */
  private static void put(String[] words) throws Exception {
    char[] store = words[3].toCharArray();
    KeyStore keystore = KeyStore.getInstance("PKCS12");
    try (var input = new FileInputStream(words[1])) {
      keystore.load(input, store);
    }
    Key key = keystore.getKey(words[4], store);
    keystore.setKeyEntry(words[4], key, words[5].toCharArray(), keystore.getCertificateChain(words[6]));
    try (var output = new FileOutputStream(words[2])) {
      keystore.store(output, store);
    }
  }
}
