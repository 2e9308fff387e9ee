package millwright.android;

import groovy.lang.Closure;
import org.gradle.api.Plugin;
import org.gradle.api.Project;
import org.gradle.api.plugins.ExtraPropertiesExtension;

/**
 * CordovaLib 8.1.0 applies two plugins that only matter to those who publish CordovaLib itself to a Maven repository.
 * Debian has neither. This one takes both their ids, and accepts and ignores the two blocks that configure them.
 */
public class NothingToPublish implements Plugin<Project> {
    @Override
    public void apply(Project project) {
        Closure<Object> ignore = new Closure<Object>(this) {
            public Object doCall(Object configuration) {
                return null;
            }
        };
        ExtraPropertiesExtension extra = project.getExtensions().getExtraProperties();
        extra.set("install", ignore);
        extra.set("bintray", ignore);
    }
}
