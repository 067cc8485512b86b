from django.conf import settings
from django.db import migrations, models

import haderslev.core.ids


def fill(apps, schema_editor):
    table = apps.get_model("districts", "Enrolment").objects.using(schema_editor.connection.alias)
    for row in table.filter(public_id=""):
        row.public_id = haderslev.core.ids.new_public_id()
        row.save(update_fields=["public_id"])


class Migration(migrations.Migration):
    dependencies = [
        ("districts", "0006_chief_stands_in"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "enrolment", "public_id", models.CharField(default="", editable=False, max_length=8)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
